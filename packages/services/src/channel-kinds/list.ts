import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { describeKind, type ShownKinds } from "./describe.ts";
import type { ChannelKindOut } from "./schemas.ts";

export function listChannelKinds(ctx: Ctx, kinds: ShownKinds): ChannelKindOut[] {
  requirePermission(ctx, "channels.read");
  return Object.entries(kinds).map(([kind, shown]) => describeKind(kind, shown, ctx.publicBaseUrl));
}
