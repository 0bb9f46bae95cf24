import { watchMarks } from "@charla/db/tenant/watch-marks";
import { writeMark } from "@charla/db/channel-health/statements";
import { eq } from "drizzle-orm";
import type * as z from "zod";
import type { Ctx } from "../context.ts";

/** The text as it stands, by which a change can be made conditional, and what it says. */
export async function readMark<T>(
  { db }: Ctx,
  key: string,
  schema: z.ZodType<T>,
): Promise<{ text: string; value: T | undefined }> {
  const [row] = await db.orm.select().from(watchMarks).where(eq(watchMarks.key, key)).limit(1);
  return row === undefined
    ? { text: "", value: undefined }
    : { text: row.value, value: schema.parse(JSON.parse(row.value)) };
}

export async function keepMark({ db }: Ctx, key: string, value: unknown): Promise<void> {
  await db.d1.prepare(writeMark).bind(key, JSON.stringify(value)).run();
}
