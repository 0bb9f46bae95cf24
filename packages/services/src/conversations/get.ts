import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchConversation, toConversationOut } from "./internal.ts";
import type { ConversationOut } from "./schemas.ts";

export async function getConversation(ctx: Ctx, id: string): Promise<ConversationOut> {
  requirePermission(ctx, "conversations.read");
  const { row, contact } = await fetchConversation(ctx, id);
  return toConversationOut(ctx, row, contact);
}
