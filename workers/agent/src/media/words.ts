import { traitsOf } from "@charla/domain/known-models";
import type { Media } from "@charla/domain/inbound";
import type { FileError, InFile, Usage } from "@charla/domain/log";
import type { ModelRef, Release } from "@charla/domain/release";
import type { DocumentReading } from "@charla/domain/rpc";
import { modelsFor } from "@charla/domain/task-models";
import { ModelError } from "@charla/models/contract";
import { writeModelCall } from "@charla/telemetry/metrics";
import type { Core } from "../conversation/core.ts";
import type { LeaseHolder } from "../conversation/lease-holder.ts";
import { connect } from "../conversation/model-step.ts";
import { cutToTokens } from "./cut.ts";
import { describing, hearing, type Reading } from "./readings.ts";

/** What all files of one message may take of a prompt. */
const MAX_TOKENS = 3000;
const MIN_TOKENS = 250;
const MODEL_TRIES = 2;
const NOTHING = { tokens: 0, micros: 0 };
const AGAIN = new Set(["throttle", "transient", "timeout", "garbage"]);

type Parts = { core: Core; lease: LeaseHolder };
type Place = { media: Media; file: InFile & { key: string }; siblings: number };

/** A stored file with its words, or why it has none. Null while the tenant is not active. */
export async function wordsOf(parts: Parts, { media, file, siblings }: Place): Promise<InFile | null> {
  const how = readingOf(media, file.mime ?? "");
  if (how === null) return { ...file, state: "done" };
  if (how === "unsupported") return failed(file, "unsupported");
  const budget = Math.max(MIN_TOKENS, Math.floor(MAX_TOKENS / siblings));
  if (how === "document") return documentIn(file, await readDocument(parts.core, file.key), budget);
  const lease = await parts.lease.current();
  if (lease.status !== "active") return null;
  if (lease.releaseId === null) return failed(file, "no_model");
  const release = await parts.core.deps.release(parts.core.key.tenantId, lease.releaseId);
  return await byModel(parts, how, { file, release, budget });
}

/** By what the bytes are. Containers that hold sound or pictures are what the sender says they are. */
function readingOf({ type }: Media, mime: string): Reading | "document" | "unsupported" | null {
  const isSpoken = type === "voice" || type === "audio";
  if (mime.startsWith("audio/") || (isSpoken && mime.startsWith("video/"))) return hearing;
  if (mime.startsWith("video/")) return null;
  if (/^image\/(?:png|jpeg|gif|webp)$/.test(mime)) return describing;
  return /^(?:application\/(?:pdf|zip)|text\/.+)$/.test(mime) ? "document" : "unsupported";
}

const readDocument = (core: Core, key: string): Promise<DocumentReading> =>
  core.deps.tools.readDocument({ tenantId: core.key.tenantId, key });

function documentIn(file: InFile, reading: DocumentReading, budget: number): InFile {
  if (reading.status === "unreadable") return failed(file, reading.reason === "missing" ? "gone" : reading.reason);
  return spoken(file, reading.text, budget, reading.truncated);
}

type Job = { file: InFile & { key: string }; release: Release; budget: number };

/** By the first of its models that can, in their order. */
async function byModel(parts: Parts, reading: Reading, job: Job): Promise<InFile> {
  if ((job.file.size ?? 0) > reading.maxBytes) return failed(job.file, "too_large");
  let read = failed(job.file, "no_model");
  let lost = 0;
  for (const ref of modelsFor(job.release.settings, reading.task)) {
    read = await withModel(parts, reading, job, ref);
    if (read.read && lost > 0) read.read = { ...read.read, costMicros: read.read.costMicros + lost };
    if (read.error !== "no_model") return read;
    lost = read.read?.costMicros ?? lost;
  }
  return read;
}

async function withModel(
  { core, lease }: Parts,
  reading: Reading,
  { file, release, budget }: Job,
  ref: ModelRef,
): Promise<InFile> {
  const connection = await connect(core, ref);
  if (connection instanceof ModelError) return failed(file, "no_model");
  if (!reading.suits(traitsOf(connection.kind, ref.model))) return failed(file, "no_model");
  const bound = reading.reservation(file.size ?? 0, ref, connection);
  if (!(await lease.covers(bound))) return failed(file, "budget");
  const stored = await core.deps.files.get(file.key);
  if (stored === null) return failed(file, "gone");
  const bytes = new Uint8Array(await stored.arrayBuffer());
  const by = `${ref.provider} ${ref.model}`;
  let lost = 0;
  for (let tries = 1; ; tries++) {
    try {
      const { text, usage, costMicros, ms } = await reading.read(
        { bytes, mime: file.mime ?? "", ref, release },
        connection,
      );
      core.spend({ usage, costMicros });
      measure(core, ref, { outcome: "stop", ms, usage, costMicros });
      const read = { by, ms, costMicros: lost + costMicros };
      return { ...spoken(file, text, budget), read };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      core.deps.log.warn("media:not_read", {
        tenantId: core.key.tenantId,
        outcome: error.class,
        attempt: tries,
        error,
      });
      // A call that we gave up waiting for is charged as one that we broke off: the provider had all of it.
      const spent = error.class === "timeout" ? bound : NOTHING;
      const usage = { input: spent.tokens, output: 0, cached: 0 };
      lost += spent.micros;
      core.spend({ usage, costMicros: spent.micros });
      measure(core, ref, { outcome: error.class, ms: 0, usage, costMicros: spent.micros });
      if (tries < MODEL_TRIES && AGAIN.has(error.class)) continue;
      const gone = failed(file, "no_model");
      return lost === 0 ? gone : { ...gone, read: { by, ms: 0, costMicros: lost } };
    }
  }
}

function spoken(file: InFile, words: string, budget: number, cutBefore = false): InFile {
  if (words.trim() === "") return failed(file, "empty");
  const { text, truncated } = cutToTokens(words.toWellFormed().trim(), budget);
  return { ...file, state: "done", text, ...(truncated || cutBefore ? { truncated: true } : {}) };
}

function measure(
  core: Core,
  { provider, model }: ModelRef,
  call: { outcome: string; ms: number; usage: Usage; costMicros: number },
): void {
  const { outcome, ms, usage, costMicros } = call;
  const { input: tokensIn, output: tokensOut } = usage;
  const { tenantId } = core.key;
  const point = { tenantId, provider, model, outcome, ms, firstTokenMs: ms, tokensIn, tokensOut, costMicros };
  writeModelCall(core.deps.metrics, point);
}

const failed = (file: InFile, error: FileError): InFile => ({ ...file, state: "done", error });
