import { oneTimeLinks } from "@charla/db/control/one-time-links";
import { revokedKvKey } from "@charla/domain/credential";
import { eq } from "drizzle-orm";
import { sessionCredential, type PlatformCtx } from "../context.ts";

/** Nobody is let in with it any more, and live views that it opened are closed. */
export async function endSession(
  { control, config }: Pick<PlatformCtx, "control" | "config">,
  sessionId: string,
): Promise<void> {
  await control.orm.delete(oneTimeLinks).where(eq(oneTimeLinks.tokenHash, sessionId));
  await config.put(revokedKvKey(sessionCredential(sessionId)), "1");
}
