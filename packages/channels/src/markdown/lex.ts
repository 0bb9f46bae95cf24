import { Lexer, Tokenizer, getDefaults } from "marked";
import type { Token, Tokens, TokensList } from "marked";

/** Quotes and lists inside each other; what lies deeper is read as text, so that no message can exhaust the stack. */
const MAX_DEPTH = 12;
/** Emphasis and links are looked for in pieces of this size: some patterns of the lexer are quadratic in it. */
const INLINE_CHUNK = 2048;

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

/** Blocks only, their inline content still unread: their `raw` in a row is the source (with `\n` for line ends). */
export function lexBlocks(markdown: string): TokensList {
  const lexer = newLexer();
  lexer.blockTokens(markdown.replaceAll(CARRIAGE_RETURN, "\n"), lexer.tokens);
  return lexer.tokens;
}

export function lexMarkdown(markdown: string): TokensList {
  const lexer = newLexer();
  lexer.blockTokens(markdown.replaceAll(CARRIAGE_RETURN, "\n"), lexer.tokens);
  for (const { src, tokens } of lexer.inlineQueue) lexInto(lexer, src, tokens);
  return lexer.tokens;
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
  const most = start + INLINE_CHUNK;
  if (src.length <= most) return src.length;
  const least = start + INLINE_CHUNK / 2;
  const line = src.lastIndexOf("\n", most - 1);
  if (line >= least) return line + 1;
  const space = src.lastIndexOf(" ", most - 1);
  if (space >= least) return space + 1;
  const last = src.charCodeAt(most - 1);
  return last >= 0xd800 && last <= 0xdbff ? most - 1 : most;
}
