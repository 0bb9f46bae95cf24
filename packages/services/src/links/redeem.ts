import { oneTimeLinks } from "@charla/db/control/one-time-links";
import { and, eq, gt, isNull } from "drizzle-orm";
import { tokenHash } from "../auth/token.ts";
import type { PlatformCtx } from "../context.ts";
import type { CreateLinkInput } from "./create.ts";

/** How long one stays signed in. */
export const SESSION_MS = 12 * 3_600_000;

/** Whom the link signs in, and by which id that session is known from then on; `null` where it is unknown, used or expired. Of two requests at once one gets it. */
export async function redeemLink(
  { control, now }: Pick<PlatformCtx, "control" | "now">,
  token: string,
): Promise<(CreateLinkInput & { sessionId: string }) | null> {
  const at = now();
  const [row] = await control.orm
    .update(oneTimeLinks)
    .set({ usedAt: at, expiresAt: at + SESSION_MS })
    .where(
      and(
        eq(oneTimeLinks.tokenHash, await tokenHash(token)),
        isNull(oneTimeLinks.usedAt),
        gt(oneTimeLinks.expiresAt, at),
      ),
    )
    .returning({
      sessionId: oneTimeLinks.tokenHash,
      tenantId: oneTimeLinks.tenantId,
      subject: oneTimeLinks.subject,
      returnTo: oneTimeLinks.returnTo,
    });
  return row ?? null;
}
