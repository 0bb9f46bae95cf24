import { AppError } from "@charla/domain/errors";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { describeKind, type ShownKinds } from "./describe.ts";
import type { ChannelKindOut } from "./schemas.ts";

export function getChannelKind(ctx: Ctx, kind: string, kinds: ShownKinds): ChannelKindOut {
  requirePermission(ctx, "channels.read");
  const shown = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (shown === undefined) throw new AppError("NOT_FOUND", `no channel kind ${kind}`);
  return describeKind(kind, shown, ctx.publicBaseUrl);
}
