import type { Block, Item, Run } from "./model.ts";
import { groupByLink, isBare, plainText } from "./model.ts";
import { speakable } from "./speakable.ts";
import type { SpeechLocale } from "./speakable.ts";

/** Text for a voice: no markup, no addresses to spell out but those that were asked for, pauses where lines ended. */
export function speech(blocks: readonly Block[], locale: SpeechLocale): string {
  return sentences(blocks, locale).join(" ");
}

function sentences(blocks: readonly Block[], locale: SpeechLocale): string[] {
  return blocks.flatMap((block) => say(block, locale)).filter((text) => text !== "");
}

function say(block: Block, locale: SpeechLocale): string[] {
  switch (block.type) {
    case "paragraph":
    case "heading":
      return lines(block.runs).map((line) => ended(inline(line, locale)));
    case "code":
      return block.text.split("\n").map((line) => ended(speakable(line, locale)));
    case "quote":
      return sentences(block.blocks, locale);
    case "list":
      return block.items.flatMap((item, index) =>
        sayItem(item, block.start === null ? "" : `${block.start + index}. `, locale),
      );
    case "table":
      return block.rows.map((row) => ended(sayRow(block.header, row, locale)));
    case "rule":
      return [];
  }
}

function sayItem(item: Item, number: string, locale: SpeechLocale): string[] {
  const [first = "", ...rest] = sentences(item.blocks, locale);
  const state = item.checked === undefined ? "" : `${DONE[locale][item.checked ? 0 : 1]}: `;
  return first === "" ? [] : [number + state + first, ...rest];
}

const DONE: Record<SpeechLocale, [string, string]> = { es: ["hecho", "pendiente"], en: ["done", "to do"] };

function sayRow(header: readonly Run[][], row: readonly Run[][], locale: SpeechLocale): string {
  const cells = row.map((cell, index) => {
    const value = inline(cell, locale).replaceAll("\n", " ");
    const column = index === 0 || value === "" ? "" : inline(header[index] ?? [], locale);
    return column === "" ? value : `${column}: ${value}`;
  });
  return cells.filter((cell) => cell !== "").join(", ");
}

function lines(runs: readonly Run[]): Run[][] {
  const result: Run[][] = [[]];
  for (const run of runs) {
    for (const [index, text] of run.text.split("\n").entries()) {
      if (index > 0) result.push([]);
      result.at(-1)?.push({ ...run, text });
    }
  }
  return result;
}

function inline(runs: readonly Run[], locale: SpeechLocale): string {
  const text = groupByLink(runs).map(({ link, runs: linked }) => {
    const label = plainText(linked);
    // Nobody can note down a long address by ear: the words that carry the link are enough.
    return link !== undefined && isBare(label, link.href) ? ` ${link.href.replace(/^mailto:/, "")} ` : label;
  });
  return speakable(text.join(""), locale);
}

const ended = (text: string): string => (text === "" || /[.!?:;,…]["')»”]?$/.test(text) ? text : `${text}.`);
