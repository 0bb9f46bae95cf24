import type { Owner } from "@charla/domain/log";
import * as z from "zod";

export const OwnerOut = z
  .object({
    conversationId: z.string(),
    owner: z.object({
      type: z.enum(["ai", "human", "paused"]),
      memberId: z.string().optional(),
      until: z.iso.datetime().optional(),
    }),
  })
  .meta({ id: "ConversationOwner" });

export function ownerOut(conversationId: string, owner: Owner): z.output<typeof OwnerOut> {
  const until = owner.type === "ai" ? undefined : owner.until;
  return {
    conversationId,
    owner: {
      type: owner.type,
      ...(owner.type === "human" ? { memberId: owner.memberId } : {}),
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    },
  };
}
