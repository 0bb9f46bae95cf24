import { unzipSync } from "fflate";
import { Unreadable } from "./document.ts";

/** A document of many files may grow to this when it is opened; a bomb is refused by what it declares. */
const MAX_OPENED_BYTES = 64 * 1_048_576;
const MAX_FILES = 5_000;

/** The files of a zip that are asked for, by name. */
export function openArchive(bytes: Uint8Array, wanted: (name: string) => boolean): Map<string, Uint8Array> {
  let total = 0;
  let count = 0;
  const files = unzip(bytes, ({ name, originalSize }) => {
    if (++count > MAX_FILES) throw new Unreadable("too_large", "it holds too many files");
    if (!wanted(name)) return false;
    total += originalSize;
    if (total > MAX_OPENED_BYTES) throw new Unreadable("too_large", "it is too large when opened");
    return true;
  });
  return new Map(Object.entries(files));
}

export function namesIn(bytes: Uint8Array): string[] {
  const names: string[] = [];
  unzip(bytes, ({ name }) => {
    if (names.length < MAX_FILES) names.push(name);
    return false;
  });
  return names;
}

type Entry = { name: string; originalSize: number };

function unzip(bytes: Uint8Array, filter: (entry: Entry) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable("broken", "this archive cannot be opened", { cause: error });
  }
}
