import { Lexer, Tokenizer, getDefaults } from "marked";
import { codePointBefore } from "./breaks.ts";
import { showIdleDefinitions } from "./definitions.ts";
import type { Token, Tokens, TokensList } from "marked";

/** Quotes and lists inside each other; what lies deeper is read as text, so that no message can exhaust the stack. */
const MAX_DEPTH = 12;
/** Emphasis and links are looked for in pieces of this size: some patterns of the lexer are quadratic in the signs of it. */
const CHUNKS = { prose: 2048, dense: 256 };
const SIGNS = /[*_~`[\]<>!@&\\.:]/g;

class ShallowTokenizer extends Tokenizer {
  #depth = 0;

  override blockquote(src: string): Tokens.Blockquote | undefined {
    return this.#within(() => super.blockquote(src));
  }

  override list(src: string): Tokens.List | undefined {
    return this.#within(() => super.list(src));
  }

  #within<T>(read: () => T): T | undefined {
    if (this.#depth >= MAX_DEPTH) return undefined;
    this.#depth++;
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }
}

const newLexer = (): Lexer => new Lexer({ ...getDefaults(), gfm: true, tokenizer: new ShallowTokenizer() });

const CARRIAGE_RETURN = /\r\n?/g;

/** Blocks only, their inline content still unread; each has its source as `raw`. */
export const lexBlocks = (markdown: string): TokensList => readBlocks(markdown).tokens;

export function lexMarkdown(markdown: string): TokensList {
  const lexer = readBlocks(markdown);
  for (const { src, tokens } of lexer.inlineQueue) lexInto(lexer, src, tokens);
  return lexer.tokens;
}

function readBlocks(markdown: string): Lexer {
  const lexer = newLexer();
  const source = markdown.replaceAll(CARRIAGE_RETURN, "\n");
  lexer.blockTokens(source, lexer.tokens);
  showIdleDefinitions(lexer, source);
  return lexer;
}

export function lexInline(text: string, links: TokensList["links"]): Token[] {
  const lexer = newLexer();
  lexer.tokens.links = links;
  return lexInto(lexer, text, []);
}

function lexInto(lexer: Lexer, src: string, tokens: Token[]): Token[] {
  for (let start = 0; start < src.length;) {
    const end = chunkEnd(src, start);
    lexer.inlineTokens(src.slice(start, end), tokens);
    start = end;
  }
  return tokens;
}

function chunkEnd(src: string, start: number): number {
  if (src.length - start <= CHUNKS.dense) return src.length;
  const ahead = src.slice(start, start + CHUNKS.prose);
  const size = (ahead.match(SIGNS)?.length ?? 0) > ahead.length / 8 ? CHUNKS.dense : CHUNKS.prose;
  const most = start + size;
  if (src.length <= most) return src.length;
  const least = start + size / 2;
  const line = src.lastIndexOf("\n", most - 1);
  if (line >= least) return line + 1;
  const space = src.lastIndexOf(" ", most - 1);
  return space >= least ? space + 1 : codePointBefore(src, most);
}
