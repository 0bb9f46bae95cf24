import type { MessagePart } from "@charla/domain/inbound";
import { cutAt, wellFormed } from "../clean-text.ts";
import { isRecord, nestsTooDeep } from "../json-body.ts";

const MAX_FIELDS = 100;

export function partsOf(fields: URLSearchParams): MessagePart[] {
  return [locationOf(fields), formOf(fields), referralOf(fields)].filter((part) => part !== undefined);
}

const text = (fields: URLSearchParams, name: string, max = 1000): string =>
  cutAt(wellFormed(fields.get(name) ?? ""), max);

function locationOf(fields: URLSearchParams): MessagePart | undefined {
  const [latitude, longitude] = [fields.get("Latitude"), fields.get("Longitude")].map((value) =>
    value === null || value.trim() === "" ? NaN : Number(value),
  );
  if (latitude === undefined || longitude === undefined) return undefined;
  if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return undefined;
  const name = text(fields, "Label");
  const address = text(fields, "Address");
  return { type: "location", latitude, longitude, ...(name !== "" && { name }), ...(address !== "" && { address }) };
}

/** The answers of a WhatsApp flow, as JSON in a field. */
function formOf(fields: URLSearchParams): MessagePart | undefined {
  const data = fields.get("FlowData");
  if (data === null || nestsTooDeep(new TextEncoder().encode(data))) return undefined;
  let answers: unknown;
  try {
    answers = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isRecord(answers)) return undefined;
  const filled = Object.entries(answers)
    .slice(0, MAX_FIELDS)
    .map(([name, value]) => [
      cutAt(wellFormed(name), 200),
      cutAt(wellFormed(typeof value === "string" ? value : JSON.stringify(value)), 2000),
    ]);
  return filled.length === 0 ? undefined : { type: "form", fields: Object.fromEntries(filled) };
}

/** The advertisement that opened the chat. */
function referralOf(fields: URLSearchParams): MessagePart | undefined {
  const source = text(fields, "ReferralSourceType", 64);
  const url = text(fields, "ReferralSourceUrl", 2048);
  const title = text(fields, "ReferralHeadline") || text(fields, "ReferralBody");
  if (source === "" && url === "" && title === "") return undefined;
  const clickId = text(fields, "ReferralCtwaClid", 500);
  return {
    type: "referral",
    source: source || "ad",
    ...(title !== "" && { title }),
    ...(url !== "" && { url }),
    ...(clickId !== "" && { clickId }),
  };
}
