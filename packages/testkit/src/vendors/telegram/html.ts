import type { MessageEntity } from "grammy/types";

import { badRequest } from "./api-error.ts";

const KINDS: Record<string, MessageEntity["type"]> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  "tg-spoiler": "spoiler",
  a: "text_link",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
};
const NAMED: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"' };

type Open = { tag: string; offset: number; href?: string };

/** As https://core.telegram.org/bots/api#html-style reads it: any tag it does not know and any that is left open is an error. */
export function parseHtml(source: string): { text: string; entities: MessageEntity[] } {
  let text = "";
  const open: Open[] = [];
  const entities: MessageEntity[] = [];
  for (let at = 0; at < source.length;) {
    const rest = source.slice(at);
    const entity = /^&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-f]{1,6}));/i.exec(rest);
    if (entity !== null) {
      const [all, named, decimal, hex] = entity;
      text +=
        named === undefined
          ? String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex ?? "", 16))
          : (NAMED[named.toLowerCase()] ?? all);
      at += all.length;
    } else if (rest.startsWith("<")) {
      const [all = "", slash, name = "", attributes = ""] = /^<(\/?)([a-z][a-z-]*)((?:\s[^>]*)?)>/i.exec(rest) ?? [];
      if (all === "" || KINDS[name] === undefined)
        throw cannot(`Unsupported start tag "${name}" at byte offset ${bytesTo(source, at)}`);
      if (slash === "/") close(name, at);
      else open.push({ tag: name, offset: text.length, href: /href="([^"]*)"/.exec(attributes)?.[1] });
      at += all.length;
    } else {
      text += rest.charAt(0);
      at++;
    }
  }
  const left = open.at(-1);
  if (left !== undefined) throw cannot(`Can't find end tag corresponding to start tag "${left.tag}"`);
  return { text: text.trim(), entities };

  function close(name: string, at: number): void {
    const last = open.pop();
    if (last === undefined) throw cannot(`Unexpected end tag at byte offset ${bytesTo(source, at)}`);
    if (last.tag !== name) {
      throw cannot(
        `Unmatched end tag at byte offset ${bytesTo(source, at)}, expected "</${last.tag}>", found "</${name}>"`,
      );
    }
    const place = { offset: last.offset, length: text.length - last.offset };
    const type = KINDS[name];
    if (place.length === 0 || type === undefined) return;
    entities.push(
      type === "text_link" ? { ...place, type, url: last.href ?? "" } : ({ ...place, type } as MessageEntity),
    );
  }
}

const cannot = (why: string): Error => badRequest(`can't parse entities: ${why}`);
const bytesTo = (source: string, at: number): number => Buffer.byteLength(source.slice(0, at));
