import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { changeTenant, fetchTenant } from "../tenants/internal.ts";
import type { NoticeSettings } from "./schemas.ts";

export async function getNotices(ctx: Ctx): Promise<NoticeSettings> {
  requirePermission(ctx, "notices.read");
  const { noticeRecipients } = await fetchTenant(ctx, ctx.tenantId);
  return { recipients: noticeRecipients };
}

export async function setNotices(ctx: Ctx, { recipients }: NoticeSettings): Promise<NoticeSettings> {
  requirePermission(ctx, "notices.write");
  const { noticeRecipients } = await changeTenant(ctx, ctx.tenantId, { noticeRecipients: recipients });
  return { recipients: noticeRecipients };
}
