import { AppError } from "@charla/domain/errors";
import { conversationFolder, sentKey } from "@charla/domain/kept-file";
import type { LogRow } from "@charla/domain/log";
import type { StoredFile } from "@charla/domain/rpc";
import type { Core } from "./core.ts";
import { toChatMessage } from "./live.ts";
import { mediaOf } from "./media-files.ts";

type Asked = { seq: number; n: number; reader: "member" | "visitor" };

/** Where the bytes of a message's file are. Visitors find those of the messages that they are shown. */
export function storedFile(core: Core, { seq, n, reader }: Asked): StoredFile {
  const row = core.log.bySeq(seq);
  const hidden = row === undefined || (reader === "visitor" && toChatMessage(row) === null);
  const file = hidden ? null : fileIn(core, row, n);
  if (file === null) throw new AppError("NOT_FOUND", "no such file");
  return file;
}

/** Which of these are in a message that was sent, or is to be. */
export function sentOf({ log }: Core, files: readonly string[]): string[] {
  return files.filter((file) => log.outMentions(file));
}

function fileIn(core: Core, row: LogRow, n: number): StoredFile | null {
  if (row.kind === "out") {
    const file = row.body.media?.[n];
    if (file === undefined) return null;
    const { type, mime, name = type, size } = file;
    return { key: sentKey(conversationFolder(core.key.tenantId, core.head.id), file.ref), mime, name, size };
  }
  const media = row.kind === "in" && !row.body.deleted ? mediaOf(row)[n] : undefined;
  const kept = row.kind === "in" ? row.body.files?.[n] : undefined;
  if (media === undefined || kept?.key === undefined || kept.mime === undefined) return null;
  return { key: kept.key, mime: kept.mime, name: media.name ?? media.type, size: kept.size };
}
