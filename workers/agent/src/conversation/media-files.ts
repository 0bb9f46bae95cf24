import type { Media } from "@charla/domain/inbound";
import type { InFile, InRow } from "@charla/domain/log";

const MAX_TRIES = 4;

export const mediaOf = ({ body: { event } }: InRow): readonly Media[] =>
  event.kind === "message" ? (event.media ?? []) : [];

/** Whether a file of the message is still to be fetched or read. */
export const isUnread = (row: InRow): boolean =>
  !row.body.deleted && mediaOf(row).some((_, n) => row.body.files?.[n]?.state !== "done");

export function withTry(file: InFile | null | undefined): InFile {
  if (file?.state === "done") return file;
  const tries = (file?.tries ?? 1) + 1;
  return tries > MAX_TRIES ? { ...file, tries, state: "done", error: "broken" } : { state: "started", ...file, tries };
}
