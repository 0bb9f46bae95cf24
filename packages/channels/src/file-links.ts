import type { OutMedia } from "./contract.ts";

/** A file as a line of text, for where the file itself cannot be sent. */
export const linkTo = ({ name, type, url }: OutMedia): string =>
  `📎 [${(name ?? type).replaceAll(/[[\]\\]/g, "")}](${url})`;

export const withLinks = (text: string, files: readonly OutMedia[]): string =>
  [text, ...files.map(linkTo)].filter((part) => part.trim() !== "").join("\n\n");

/** Types without parameters, and the most bytes: what a vendor takes as what. */
export type FileLimit = { mimes: readonly string[]; maxBytes: number };

export const bareType = (mime: string): string => mime.split(";", 1)[0]?.trim().toLowerCase() ?? "";

export const fits = ({ mime, size = 0 }: Pick<OutMedia, "mime" | "size">, limit: FileLimit): boolean =>
  size <= limit.maxBytes && limit.mimes.includes(bareType(mime));
