/** A file that somebody sent, as the platform puts it before a model. */
export interface Attached {
  kind: "file" | "picture";
  name: string | undefined;
  words: string;
}

/** `[Document «name»; a remark: «words»]`; neither name nor words contain the marks that enclose them. */
const NOTE = /\[(Voice note|Recording|Image|Sticker|Video|Document)(?: «([^»]*)»)?[^«\]]*: «([^»]*)»[^\]\n]*\]/g;
const SPOKEN = new Set(["Voice note", "Recording"]);
const SEEN = new Set(["Image", "Sticker", "Video"]);

/** What was spoken is read as if it had been typed; everything else is set aside. */
export function separateFiles(ask: string): { text: string; files: Attached[] } {
  const files: Attached[] = [];
  const text = ask.replaceAll(NOTE, (_, kind: string, name: string | undefined, words: string) => {
    if (SPOKEN.has(kind)) return words;
    files.push({ kind: SEEN.has(kind) ? "picture" : "file", name, words });
    return "";
  });
  return { text, files };
}
