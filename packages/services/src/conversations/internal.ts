import { contacts } from "@charla/db/tenant/contacts";
import { type ConversationRow, conversations } from "@charla/db/tenant/conversations";
import type { MessageRow } from "@charla/db/tenant/messages";
import type { StepRow } from "@charla/db/tenant/steps";
import { AppError } from "@charla/domain/errors";
import { eq } from "drizzle-orm";
import * as z from "zod";
import type { Ctx } from "../context.ts";
import { isoTime } from "../paging.ts";
import { openField, rowRecord } from "./reader.ts";
import { type ConversationOut, MessageContent, type MessageOut, type StepOut } from "./schemas.ts";

export type ContactPart = { sealedName: string | null; locale: string | null } | null;

export async function fetchConversation(
  { db }: Ctx,
  id: string,
): Promise<{ row: ConversationRow; contact: ContactPart }> {
  const [found] = await db.orm
    .select({ row: conversations, contact: { sealedName: contacts.sealedName, locale: contacts.locale } })
    .from(conversations)
    .leftJoin(contacts, eq(contacts.id, conversations.contactId))
    .where(eq(conversations.id, id))
    .limit(1);
  if (found === undefined) throw new AppError("NOT_FOUND", `no conversation ${id}`);
  return found;
}

export async function toConversationOut(
  ctx: Ctx,
  row: ConversationRow,
  contact: ContactPart,
): Promise<ConversationOut> {
  const { id, channelId, channelKind, agentId, contactId, handover, ownerUntil } = row;
  const [thread, name] = await Promise.all([
    openField(ctx, contactId, id, "thread", row.sealedThread),
    openField(ctx, contactId, contactId, "name", contact?.sealedName ?? null),
  ]);
  return {
    id,
    channelId,
    channelKind,
    agentId,
    contact: { id: contactId, name, locale: contact?.locale ?? null },
    thread,
    owner: { type: row.ownerType, memberId: row.ownerMember, until: ownerUntil === null ? null : isoTime(ownerUntil) },
    handover,
    state: row.state,
    parkedReason: row.parkedReason,
    usage: { tokens: row.tokens, costMicros: row.costMicros },
    createdAt: isoTime(row.createdAt),
    lastAt: isoTime(row.lastAt),
  };
}

const ERASED = { text: "" };

export async function toMessageOut(ctx: Ctx, contactId: string, row: MessageRow): Promise<MessageOut> {
  const { id, conversationId, seq, direction, author, memberId, state, turn, deleted, at } = row;
  const body = await openField(ctx, contactId, rowRecord(conversationId, seq), "body", row.sealedBody);
  const content = body === null ? ERASED : MessageContent.parse(JSON.parse(body));
  const erased = body === null;
  return {
    ...content,
    id,
    conversationId,
    seq,
    direction,
    author,
    memberId,
    state,
    turn,
    deleted,
    erased,
    at: isoTime(at),
  };
}

const StepContent = z.record(z.string(), z.json());

export async function toStepOut(ctx: Ctx, contactId: string, row: StepRow): Promise<StepOut> {
  const body = await openField(ctx, contactId, rowRecord(row.conversationId, row.seq), "body", row.sealedBody);
  const { conversationId, seq, turn, n, type, state, name, provider, purpose, effect, attempt, finish, errorCode } =
    row;
  return {
    conversationId,
    seq,
    turn,
    n,
    type,
    state,
    name,
    provider,
    purpose,
    effect,
    attempt,
    finish,
    errorCode,
    usage: { input: row.inputTokens, output: row.outputTokens, cached: row.cachedTokens },
    costMicros: row.costMicros,
    ms: row.ms,
    firstTokenMs: row.firstTokenMs,
    at: isoTime(row.at),
    content: body === null ? null : StepContent.parse(JSON.parse(body)),
  };
}
