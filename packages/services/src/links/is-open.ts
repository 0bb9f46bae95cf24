import { oneTimeLinks } from "@charla/db/control/one-time-links";
import { and, eq, gt, isNull } from "drizzle-orm";
import { tokenHash } from "../auth/token.ts";
import type { PlatformCtx } from "../context.ts";

/** Whether the link would sign somebody in now. Asking does not use it up. */
export async function linkIsOpen(
  { control, now }: Pick<PlatformCtx, "control" | "now">,
  token: string,
): Promise<boolean> {
  const [row] = await control.orm
    .select({ id: oneTimeLinks.tokenHash })
    .from(oneTimeLinks)
    .where(
      and(
        eq(oneTimeLinks.tokenHash, await tokenHash(token)),
        isNull(oneTimeLinks.usedAt),
        gt(oneTimeLinks.expiresAt, now()),
      ),
    )
    .limit(1);
  return row !== undefined;
}
