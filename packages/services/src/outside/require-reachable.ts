import { egressRefusal } from "@charla/domain/egress-policy";
import { AppError, type FieldError } from "@charla/domain/errors";
import type { PlatformCtx } from "../context.ts";
import { inSpanish } from "./words.ts";

export type Address = { path: string; url: string };

/**
 * Addresses that we are to call are judged when somebody sets them, while that person can still mend them. Every call
 * judges again: what is stored may be older than the rules.
 */
export function requireReachable({ egress }: Pick<PlatformCtx, "egress">, addresses: readonly Address[]): void {
  const fields = addresses.flatMap(({ path, url }): FieldError[] => {
    const refusal = egressRefusal(new URL(url), egress);
    if (refusal === null) return [];
    const message = {
      es: `Esta dirección no se puede usar: ${inSpanish(refusal)}`,
      en: `This address may not be used: ${refusal}`,
    };
    return [{ path, message }];
  });
  const [first] = fields;
  if (first !== undefined)
    throw new AppError("EGRESS_DENIED", "address that may not be called", { publicMessage: first.message, fields });
}

/** What a channel calls is called `…Url` in its settings, wherever in them it stands. */
export function addressesIn(value: unknown, path: string): Address[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): Address[] => {
    const place = `${path}.${name}`;
    if (typeof inner !== "string") return addressesIn(inner, place);
    return name.endsWith("Url") && URL.canParse(inner) ? [{ path: place, url: inner }] : [];
  });
}
