import { oneTimeLinks } from "@charla/db/control/one-time-links";
import { and, eq, gt, isNotNull } from "drizzle-orm";
import type { PlatformCtx } from "../context.ts";

/** A session lasts as long as the link that began it is kept. */
export async function sessionStands(
  { control, now }: Pick<PlatformCtx, "control" | "now">,
  sessionId: string,
): Promise<boolean> {
  const [row] = await control.orm
    .select({ id: oneTimeLinks.tokenHash })
    .from(oneTimeLinks)
    .where(
      and(eq(oneTimeLinks.tokenHash, sessionId), isNotNull(oneTimeLinks.usedAt), gt(oneTimeLinks.expiresAt, now())),
    )
    .limit(1);
  return row !== undefined;
}
