import type { InBody, NoteBody, OutBody, StepBody, TurnBody } from "@charla/domain/log";
import { newId } from "@charla/domain/ids";
import { type SealKey, sealWith } from "../vault/data-key.ts";
import { aadOf } from "../vault/seal.ts";
import { type BlindIndex, wordHashes } from "../vault/blind-index.ts";
import { callOf } from "./call.ts";
import type { Merged, SourceRow } from "./merge.ts";
import { collectRetrieval } from "./retrieval.ts";

/** Where one conversation's rows are sealed and indexed. */
export type Place = { tenantId: string; key: SealKey; index: BlindIndex };

/** Rows by table, each in the order of its columns in `@charla/db/projection/statements`. */
export type TableRows = {
  messages: unknown[][];
  words: unknown[][];
  staleWords: unknown[][];
  turns: unknown[][];
  steps: unknown[][];
  usage: unknown[][];
  notes: unknown[][];
  gaps: unknown[][];
  dead: unknown[][];
  alive: unknown[][];
};

export const noRows = (): TableRows => ({
  messages: [],
  words: [],
  staleWords: [],
  turns: [],
  steps: [],
  usage: [],
  notes: [],
  gaps: [],
  dead: [],
  alive: [],
});

export type Source = { merged: Merged; row: SourceRow; version: number; place: Place };

export async function collectRow(rows: TableRows, source: Source): Promise<void> {
  const { kind, body } = source.row;
  // The log wrote it, so its shape is known.
  if (kind === "in") await collectIn(rows, source, JSON.parse(body) as InBody);
  else if (kind === "out") await collectOut(rows, source, JSON.parse(body) as OutBody);
  else if (kind === "turn") await collectTurn(rows, source, JSON.parse(body) as TurnBody);
  else if (kind === "step") await collectStep(rows, source, JSON.parse(body) as StepBody);
  else await collectNote(rows, source, JSON.parse(body) as NoteBody);
}

function sealField({ merged, row, place }: Source, field: string, text: string): Promise<string> {
  return sealWith(place.key, aadOf(place.tenantId, `${merged.conversation.id}:${row.seq}`, field), text);
}

const sealBody = (source: Source, body: unknown): Promise<string> => sealField(source, "body", JSON.stringify(body));

/** Edits, deletions and reactions are already in the row of the message they are about. */
async function collectIn(rows: TableRows, source: Source, body: InBody): Promise<void> {
  const { event } = body;
  const shown = event.kind === "message" || event.kind === "human_echo" || event.kind === "unsupported";
  if (!shown && event.kind !== "call") return;
  const { merged, row, version, place } = source;
  const id = merged.conversation.id;
  const deleted = body.deleted === true;
  const original = event.kind === "unsupported" || event.kind === "call" ? "" : event.text;
  const text = deleted ? "" : (body.text ?? original);
  const echo = event.kind === "human_echo";
  const sealed = await sealBody(source, {
    text,
    ...(event.kind === "message" && !deleted
      ? { media: event.media, files: body.files, action: event.action, replyTo: event.replyTo }
      : {}),
    ...(event.kind === "unsupported" ? { unsupported: event.what } : {}),
    ...(body.call === undefined ? {} : { call: callOf(body.call, event.at) }),
    ...(body.text === undefined || deleted ? {} : { edited: true }),
    reactions: body.reactions,
    externalId: event.externalId,
  });
  rows.messages.push([
    id,
    row.seq,
    body.id,
    echo ? "out" : "in",
    echo ? "human" : "contact",
    null,
    row.state,
    row.turn,
    deleted,
    row.at,
    sealed,
    version,
  ]);
  if (text !== original) rows.staleWords.push([id, row.seq, wordHashes(place.index, original)]);
  if (text !== "") rows.words.push([id, row.seq, wordHashes(place.index, text)]);
}

async function collectOut(rows: TableRows, source: Source, body: OutBody): Promise<void> {
  const { merged, row, version, place } = source;
  const { conversation } = merged;
  const { author, text, media, buttons, inReplyTo, error, cutFrom } = body;
  const name = author.type === "human" ? author.name : undefined;
  const sealed = await sealBody(source, { text, media, buttons, inReplyTo, error, cutFrom, authorName: name });
  const member = author.type === "human" ? author.memberId : null;
  rows.messages.push([
    conversation.id,
    row.seq,
    body.id,
    "out",
    author.type,
    member,
    row.state,
    row.turn,
    false,
    row.at,
    sealed,
    version,
  ]);
  rows.words.push([conversation.id, row.seq, wordHashes(place.index, text)]);
  const dead = row.state === "failed" || row.state === "unknown";
  if (!dead) rows.alive.push([conversation.id, row.seq, version]);
  else
    rows.dead.push(
      await deadLetter(
        source,
        "out",
        row.state === "unknown" ? "ambiguous" : (error?.class ?? "failed"),
        error?.message,
      ),
    );
}

async function collectTurn(rows: TableRows, source: Source, body: TurnBody): Promise<void> {
  const { merged, row, version } = source;
  const { usage, error } = body;
  const sealedError = error === undefined ? null : await sealField(source, "error", error);
  rows.turns.push([
    merged.conversation.id,
    row.seq,
    body.id,
    row.state,
    body.agentId,
    body.releaseId,
    body.trackingId,
    body.epoch,
    body.openedAt,
    body.closedAt ?? null,
    body.outcome ?? null,
    sealedError,
    body.resumes,
    body.supersedes,
    usage.input,
    usage.output,
    usage.cached,
    body.costMicros,
    version,
  ]);
  // What ended in an apology can be asked again as well as what was given up.
  if (row.state === "dead" || row.state === "failed")
    rows.dead.push(await deadLetter(source, "turn", row.state, body.error));
  else rows.alive.push([merged.conversation.id, row.seq, version]);
}

const NO_USAGE = { input: 0, output: 0, cached: 0 };

async function collectStep(rows: TableRows, source: Source, body: StepBody): Promise<void> {
  const { merged, row, version } = source;
  const id = merged.conversation.id;
  if (body.type === "tool") {
    const sealed = await sealBody(source, {
      callId: body.callId,
      input: body.input,
      output: body.output,
      error: body.error,
    });
    rows.steps.push([
      id,
      row.seq,
      row.turn,
      body.n,
      "tool",
      row.state,
      body.name,
      null,
      null,
      body.effect,
      body.attempts,
      null,
      body.error?.code ?? null,
      0,
      0,
      0,
      0,
      body.ms ?? null,
      null,
      row.at,
      sealed,
      version,
    ]);
    return;
  }
  if (body.type === "retrieval") return await collectRetrieval(rows, source, body);
  const usage = body.usage ?? NO_USAGE;
  const { text, calls, prompt, error, priced } = body;
  const sealed = await sealBody(source, { text, calls, prompt, error, priced });
  rows.steps.push([
    id,
    row.seq,
    row.turn,
    body.n,
    "model",
    row.state,
    body.model,
    body.provider,
    body.purpose,
    null,
    body.attempt,
    body.finish,
    body.error?.class ?? null,
    usage.input,
    usage.output,
    usage.cached,
    body.costMicros,
    body.ms ?? null,
    body.firstTokenMs ?? null,
    row.at,
    sealed,
    version,
  ]);
  if (usage.input + usage.output + body.costMicros === 0) return;
  const day = new Date(row.at).toISOString().slice(0, 10);
  rows.usage.push([
    id,
    row.seq,
    day,
    merged.conversation.agentId,
    body.provider,
    body.model,
    usage.input,
    usage.output,
    usage.cached,
    body.costMicros,
    version,
  ]);
}

async function collectNote(rows: TableRows, source: Source, body: NoteBody): Promise<void> {
  const { merged, row, version } = source;
  rows.notes.push([merged.conversation.id, row.seq, body.type, row.at, await sealBody(source, body), version]);
}

/** Vendors put what was sent into their error texts, so the reason is sealed like the message itself. */
async function deadLetter(source: Source, kind: "out" | "turn", what: string, reason = ""): Promise<unknown[]> {
  const { merged, row, version } = source;
  const { id, channelId } = merged.conversation;
  const sealed = await sealField(source, "dead-letter", JSON.stringify({ reason }));
  return [newId("deadLetter", row.at), kind, "open", channelId, id, row.seq, what, sealed, row.at, version];
}
