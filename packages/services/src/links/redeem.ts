import { oneTimeLinks } from "@charla/db/control/one-time-links";
import { and, eq, gt, isNull } from "drizzle-orm";
import { tokenHash } from "../auth/token.ts";
import type { PlatformCtx } from "../context.ts";
import type { CreateLinkInput } from "./create.ts";

/** Whom the link signs in; `null` where it is unknown, used or expired. Of two requests at once one gets it. */
export async function redeemLink(
  { control, now }: Pick<PlatformCtx, "control" | "now">,
  token: string,
): Promise<CreateLinkInput | null> {
  const at = now();
  const [row] = await control.orm
    .update(oneTimeLinks)
    .set({ usedAt: at })
    .where(
      and(
        eq(oneTimeLinks.tokenHash, await tokenHash(token)),
        isNull(oneTimeLinks.usedAt),
        gt(oneTimeLinks.expiresAt, at),
      ),
    )
    .returning({ tenantId: oneTimeLinks.tenantId, subject: oneTimeLinks.subject, returnTo: oneTimeLinks.returnTo });
  return row ?? null;
}
