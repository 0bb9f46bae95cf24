import type { OutMedia, SendContext } from "../contract.ts";
import { escapeMarkdown } from "../markdown/escape.ts";
import type { FileRules } from "./compose.ts";

/** Bytes that we bring, or the address at which the vendor gets them. */
export type Attached = { name: string; mime: string } & ({ bytes: Uint8Array } | { url: string });

/** What cannot be attached is left to be linked to, so that nothing that was promised is missing from the mail. */
export async function attach(
  media: readonly OutMedia[],
  rules: FileRules,
  context: SendContext,
): Promise<{ files: Attached[]; left: OutMedia[] }> {
  const files: Attached[] = [];
  const left: OutMedia[] = [];
  let room = rules.maxBytes;
  for (const [index, file] of media.entries()) {
    const named = { name: file.name ?? `${file.type}-${index + 1}`, mime: file.mime };
    if (rules.fetches && file.url.startsWith("https://") && (file.size ?? room + 1) <= room) {
      room -= file.size ?? 0;
      files.push({ ...named, url: file.url });
      continue;
    }
    const bytes = (file.size ?? 0) > room ? null : await context.readFile?.(file);
    if (!bytes || bytes.length > room) left.push(file);
    else {
      room -= bytes.length;
      files.push({ ...named, bytes });
    }
  }
  return { files, left };
}

export const linksTo = (media: readonly OutMedia[]): string =>
  media.map(({ name, type, url }) => `- [${escapeMarkdown(name ?? type)}](${url})`).join("\n");

export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(binary);
}
