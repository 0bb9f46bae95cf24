import type { Bilingual } from "@charla/domain/channel-connection";
import { webhookUrlOf } from "@charla/domain/channel-record";
import * as z from "zod";
import type { ChannelKind } from "../channels/kinds.ts";
import type { ChannelKindOut } from "./schemas.ts";

type Rate = { everyMs: number; burst: number };

/** A channel as its forms are drawn from it. */
export type ShownKind = ChannelKind & {
  label: Bilingual;
  capabilities: Pick<
    ChannelKindOut["capabilities"],
    "maxText" | "maxButtons" | "maxBubbles" | "streams" | "typing" | "markdown"
  > & {
    windowMs?: number;
    rates?: { account?: Rate; person?: Rate };
    ambiguous: { tier: string; policy?: "resend" | "hold" };
  };
};
export type ShownKinds = Readonly<Record<string, ShownKind>>;

const PLACE = "{channelId}";

export function describeKind(kind: string, shown: ShownKind, publicBaseUrl: string): ChannelKindOut {
  return {
    kind,
    label: shown.label,
    configSchema: jsonSchemaOf(shown.configSchema),
    secretsSchema: jsonSchemaOf(shown.secretsSchema),
    madeSecrets: Object.keys(shown.generateSecrets?.() ?? {}),
    capabilities: capabilitiesOf(shown.capabilities),
    connects: shown.connect !== undefined,
    disconnects: shown.disconnect !== undefined,
    webhookUrl: shown.webhook === false ? null : `${webhookUrlOf(publicBaseUrl, kind, "")}${PLACE}`,
  };
}

function capabilitiesOf(of: ShownKind["capabilities"]): ChannelKindOut["capabilities"] {
  const { maxText, maxButtons, maxBubbles, streams, typing, markdown, windowMs, rates, ambiguous } = of;
  return {
    maxText,
    maxButtons,
    maxBubbles,
    streams,
    typing,
    markdown,
    windowMs: windowMs ?? null,
    rates: { account: rates?.account ?? null, person: rates?.person ?? null },
    ambiguous: { tier: ambiguous.tier, policy: ambiguous.policy ?? null },
  };
}

const Json = z.record(z.string(), z.json());

/** As it is sent: what has a default may be left out. A rule that JSON Schema cannot tell is checked all the same. */
const jsonSchemaOf = (schema: z.ZodType): ChannelKindOut["configSchema"] =>
  Json.parse(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }))));
