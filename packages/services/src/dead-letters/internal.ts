import { conversations } from "@charla/db/tenant/conversations";
import { type DeadLetterRow, deadLetters } from "@charla/db/tenant/dead-letters";
import { AppError } from "@charla/domain/errors";
import { type SQL, desc, eq } from "drizzle-orm";
import * as z from "zod";
import type { Ctx } from "../context.ts";
import { openField, rowRecord } from "../conversations/reader.ts";
import { isoTime } from "../paging.ts";
import { aadOf, open } from "../vault/seal.ts";
import type { DeadLetterOut } from "./schemas.ts";

type Found = { row: DeadLetterRow; contactId: string | null };

const FIELD = "dead-letter";
const Content = z.object({ reason: z.string(), raw: z.string().optional() });

export const aadOfLetter = (tenantId: string, id: string): string => aadOf(tenantId, id, FIELD);

export function selectLetters({ db }: Ctx, where: SQL | undefined, limit: number): Promise<Found[]> {
  return db.orm
    .select({ row: deadLetters, contactId: conversations.contactId })
    .from(deadLetters)
    .leftJoin(conversations, eq(conversations.id, deadLetters.conversationId))
    .where(where)
    .orderBy(desc(deadLetters.id))
    .limit(limit);
}

export async function fetchLetter(ctx: Ctx, id: string): Promise<Found> {
  const [found] = await selectLetters(ctx, eq(deadLetters.id, id), 1);
  if (found === undefined) throw new AppError("NOT_FOUND", `no dead letter ${id}`);
  return found;
}

export async function toDeadLetterOut(ctx: Ctx, { row, contactId }: Found): Promise<DeadLetterOut> {
  const { id, kind, state, channelId, conversationId, seq } = row;
  const body =
    contactId === null || conversationId === null || seq === null
      ? await open(ctx.keyring, ctx.wrappedKey, aadOfLetter(ctx.tenantId, id), row.sealedBody)
      : await openField(ctx, contactId, rowRecord(conversationId, seq), FIELD, row.sealedBody);
  const { reason, raw }: z.infer<typeof Content> = body === null ? { reason: "" } : Content.parse(JSON.parse(body));
  return {
    id,
    kind,
    state,
    channelId,
    conversationId,
    seq,
    class: row.class,
    reason,
    raw: raw ?? null,
    at: isoTime(row.at),
  };
}
