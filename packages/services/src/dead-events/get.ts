import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import * as z from "zod";
import { utf8 } from "../vault/bytes.ts";
import { contentOf, fetchEvent, stateOf, toDeadEventOut } from "./internal.ts";
import type { DeadEventDetail } from "./schemas.ts";

/** The few facts of either kind of message that name no person. */
const Facts = z.looseObject({
  rows: z.array(z.unknown()).optional(),
  conversation: z.looseObject({ id: z.string(), channelId: z.string() }).optional(),
  arrival: z
    .looseObject({
      key: z.looseObject({ channelId: z.string() }),
      trackingId: z.string(),
      events: z.array(z.unknown()),
    })
    .optional(),
});

export async function getDeadEvent(platform: PlatformCtx, id: string): Promise<DeadEventDetail> {
  requirePermission(platform, "tenants.read");
  const row = await fetchEvent(platform, id);
  const content = await contentOf(platform, row);
  const facts = content === null ? undefined : Facts.safeParse(JSON.parse(content)).data;
  return {
    ...toDeadEventOut(row),
    replayable: stateOf(row) === "waiting",
    bytes: content === null ? 0 : utf8(content).length,
    channelId: facts?.arrival?.key.channelId ?? facts?.conversation?.channelId ?? null,
    conversationId: facts?.conversation?.id ?? null,
    trackingId: facts?.arrival?.trackingId ?? null,
    events: facts?.arrival?.events.length ?? facts?.rows?.length ?? null,
  };
}
