import { toSpeech } from "../markdown/dialects.ts";
import type { SpeechFlow } from "../line.ts";

/** Signs that may begin markup or something that is said otherwise than it is written: what holds one waits for its end. */
const SPECIAL = /[*_~`[\]<>|\\#&@€$£%\d–]|https?:|www\./i;
const BLOCK = /^\s*(?:[-+*]\s|#{1,6}\s|>|\||\d{1,9}[.)]\s)/;
const MAYBE_BLOCK = /^\s*(?:[-+*#]{1,6}|\d{1,9}[.)]?|`{1,2}|~{1,2})?$/;
const FENCE = /^\s*(`{3}|~{3})/;
const CLAUSE_END = /[.!?…:;,]["')»”*_~]*\s+/g;
const ENDED = /[.!?:;,…]["')»”]?$/;
const CHOICE = /^(\s*)[-*+] \[[ xX]?\] +/;

/**
 * Turns an answer into speech while a model writes it: whole words at once where they are nothing but words, and what may
 * be markup, a number or an address as soon as its clause is complete. However the text is cut, the same is said.
 */
export class SpeechInPieces implements SpeechFlow {
  readonly #language: string;
  #rest = "";
  /** What was said of the line that is being read. */
  #line = "";
  #atLineStart = true;
  #begun = false;
  #choices = 0;

  constructor(language: string) {
    this.#language = language;
  }

  push(markdown: string): string {
    this.#rest += markdown;
    let said = "";
    for (let next = this.#next(); next !== null; next = this.#next()) said += next;
    return said;
  }

  end(): string {
    const said = this.push("");
    const rest = this.#rest;
    this.#rest = "";
    if (this.#atLineStart) return said + this.#utter(this.#block(rest));
    return said + this.#closeLine(rest);
  }

  /** The next piece that will not change any more, or null. */
  #next(): string | null {
    if (this.#atLineStart) {
      const held = this.#heldBlock();
      if (held === "wait") return null;
      if (held !== null) return this.#take(held, (block) => this.#block(block));
    }
    const newline = this.#rest.indexOf("\n");
    const end = this.#wordsEnd(newline === -1 ? this.#rest : this.#rest.slice(0, newline));
    if (end > 0) {
      this.#atLineStart = false;
      return this.#take(end, (words) => {
        const said = this.#inline(words);
        this.#line += said;
        return said;
      });
    }
    if (newline === -1) return null;
    const line = this.#rest.slice(0, newline);
    this.#rest = this.#rest.slice(newline + 1);
    return this.#closeLine(line);
  }

  #closeLine(line: string): string {
    const said = this.#inline(line);
    const whole = this.#line + said;
    const stop = whole === "" || ENDED.test(whole) ? "" : ".";
    if (whole !== "") this.#choices = 0;
    this.#line = "";
    this.#atLineStart = true;
    return this.#utter(said) + stop;
  }

  #take(length: number, toSay: (piece: string) => string): string {
    const piece = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return this.#utter(toSay(piece));
  }

  /** How long a block is that has to be read whole; null where an ordinary line begins. */
  #heldBlock(): number | "wait" | null {
    const rest = this.#rest;
    const fence = FENCE.exec(rest)?.[1];
    if (fence !== undefined) {
      const close = rest.indexOf(`\n${fence}`, rest.indexOf(fence) + 3);
      const end = close === -1 ? -1 : rest.indexOf("\n", close + 1);
      return end === -1 ? "wait" : end + 1;
    }
    if (/^\s*\|/.test(rest)) return tableEnd(rest);
    const newline = rest.indexOf("\n");
    if (BLOCK.test(newline === -1 ? rest : rest.slice(0, newline + 1))) return newline === -1 ? "wait" : newline + 1;
    return newline === -1 && MAYBE_BLOCK.test(rest) ? "wait" : null;
  }

  #block(block: string): string {
    if (block.trim() === "") return "";
    if (!CHOICE.test(block)) this.#choices = 0;
    const numbered = block.replace(CHOICE, (_, indent: string) => `${indent}${++this.#choices}. `);
    return toSpeech(numbered, this.#language);
  }

  /** How far a line consists of words that can be said now. */
  #wordsEnd(line: string): number {
    const special = SPECIAL.exec(line)?.index ?? line.length;
    const plain = line.slice(0, special).search(/\s\S*$/) + 1;
    if (plain > 0 || special === line.length) return plain;
    for (const { 0: sign, index } of line.matchAll(CLAUSE_END)) {
      const end = index + sign.length;
      if (isBalanced(line.slice(0, end))) return end;
    }
    return 0;
  }

  /** A sign at the end keeps the dialect from ending a sentence that goes on. */
  #inline(piece: string): string {
    const text = piece.trim();
    return text === "" ? "" : toSpeech(`${text};`, this.#language).replace(/;$/, "").trim();
  }

  #utter(said: string): string {
    if (said === "") return "";
    const gap = this.#begun && !/^[.,;:!?]/.test(said) ? " " : "";
    this.#begun = true;
    return gap + said;
  }
}

/** Rows belong together; the table ends where a line begins with something else. */
function tableEnd(text: string): number | "wait" {
  for (let at = 0; ;) {
    const newline = text.indexOf("\n", at);
    if (newline === -1) return "wait";
    const next = text.slice(newline + 1);
    if (next.trimStart() === "" && !next.includes("\n")) return "wait";
    if (!/^[ \t]*\|/.test(next)) return newline + 1;
    at = newline + 1;
  }
}

const PAIRS = ["*", "_", "~", "`"];
const count = (text: string, sign: string): number => text.split(sign).length - 1;
const isBalanced = (text: string): boolean =>
  PAIRS.every((sign) => count(text, sign) % 2 === 0) &&
  count(text, "[") <= count(text, "]") &&
  count(text, "(") <= count(text, ")");
