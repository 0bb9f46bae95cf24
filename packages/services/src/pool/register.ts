import { FIRST_CELL } from "@charla/db/control/cells";
import { registerDatabases } from "@charla/db/control/statements";
import type { PlatformCtx } from "../context.ts";

/** Writes down which databases are bound. */
export async function registerPool({ control, pool }: Pick<PlatformCtx, "control" | "pool">): Promise<void> {
  await control.d1.prepare(registerDatabases).bind(JSON.stringify(pool.names()), FIRST_CELL).run();
}
