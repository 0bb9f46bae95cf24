import { sniff } from "@charla/documents/sniff";
import type { Channel, FetchedMedia } from "@charla/channels/contract";
import type { Media } from "@charla/domain/inbound";
import type { FileError, InFile } from "@charla/domain/log";
import { MAX_FILE_BYTES, storeFile } from "@charla/services/files/store-file";
import type { Core } from "../conversation/core.ts";
import { openKept } from "./kept-file.ts";

/** All tries together: a turn waits for them. */
const FETCH_MS = 18_000;
const PAUSES_MS = [500, 1500];

const ERRORS = { gone: "gone", too_large: "too_large", denied: "denied", transient: "unreachable" } as const;

/** Brings a file from the vendor into the store; the outcome says why where it did not come. */
export async function fetchFile(core: Core, channel: Channel, media: Media, key: string): Promise<InFile> {
  if ((media.size ?? 0) > MAX_FILE_BYTES) return failed("too_large");
  const signal = AbortSignal.timeout(FETCH_MS);
  for (let tries = 0; ; tries++) {
    const file = await fetchOnce(core, channel, media, key, signal).catch((error: unknown) => {
      core.deps.log.warn("media:not_fetched", { ...placeOf(core), error });
      return failed("unreachable");
    });
    const pauseMs = PAUSES_MS[tries];
    if (file.error !== "unreachable" || pauseMs === undefined || signal.aborted) return file;
    await scheduler.wait(pauseMs);
  }
}

async function fetchOnce(
  core: Core,
  channel: Channel,
  media: Media,
  key: string,
  signal: AbortSignal,
): Promise<InFile> {
  const { deps } = core;
  const account = await deps.account(core.key);
  const context = { fetch: deps.fetch, now: core.now(), signal };
  const opened = (await openKept(core, media)) ?? (await open(channel, media, account, context));
  if (!opened.ok) {
    if (opened.class === "elsewhere") return { state: "done" };
    deps.log.warn("media:not_fetched", { ...placeOf(core), outcome: opened.class, reason: opened.message });
    return failed(ERRORS[opened.class]);
  }
  if ((opened.size ?? 0) > MAX_FILE_BYTES) {
    await opened.body.cancel();
    return failed("too_large");
  }
  const stored = await storeFile(deps.files, key, opened.body, signal, { typeOf: (bytes) => sniff(bytes).mime });
  if (stored === null) return failed("too_large");
  const promised = [media.sha256, opened.sha256].filter((hash) => hash !== undefined);
  if (promised.every((hash) => hash.toLowerCase() === stored.sha256)) return { state: "stored", key, ...stored };
  await deps.files.delete(key);
  return failed("mismatch");
}

async function open(
  channel: Channel,
  media: Media,
  ...rest: Parameters<NonNullable<Channel["media"]>> extends [Media, ...infer Rest] ? Rest : never
): Promise<FetchedMedia> {
  const opened = await channel.media?.(media, ...rest);
  return opened ?? { ok: false, class: "denied", message: "this channel opens no files" };
}

const failed = (error: FileError): InFile => ({ state: "done", error });

const placeOf = ({ head }: Core) => ({
  tenantId: head.key.tenantId,
  channelId: head.key.channelId,
  conversationId: head.id,
});
