import type { ModelTraits } from "@charla/domain/known-models";
import type { ModelTool, PromptMessage } from "@charla/domain/prompt";
import type { TurnLimits } from "@charla/domain/release";
import { estimateTokens } from "@charla/models/tokens";

/** Estimates err by up to a fifth, and a prompt that is too long is refused whole. */
const SURE = 0.8;
/** In steps, so that a prompt a few tokens longer does not read the whole window again. */
const GRAIN = 512;
const LEAST = 512;

/** What a prompt may hold beside instructions and tools: history and the turn's own messages each, and both together. */
export type Room = { each: number; all: number };

export function roomIn(traits: ModelTraits, limits: TurnLimits, fixedTokens: number): Room {
  const left = traits.contextTokens - Math.min(limits.maxOutputTokens, traits.maxOutputTokens);
  const all = Math.max(2 * LEAST, Math.floor(left * SURE) - fixedTokens);
  const half = Math.floor(all / 2 / GRAIN) * GRAIN;
  return { each: Math.min(limits.historyTokens, Math.max(LEAST, half)), all };
}

const counted = new WeakMap<readonly ModelTool[], number>();

export function toolTokens(tools: readonly ModelTool[]): number {
  const known = counted.get(tools);
  if (known !== undefined) return known;
  const shown = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const tokens = tools.length === 0 ? 0 : estimateTokens(JSON.stringify(shown));
  counted.set(tools, tokens);
  return tokens;
}

export const textOf = (message: PromptMessage): string =>
  message.role !== "tool"
    ? message.text
    : typeof message.output === "string"
      ? message.output
      : JSON.stringify(message.output ?? null);

const MAX_CUTS = 64;
const SHORT_ENOUGH = 120;

/** Of messages that no model could take together, the longest lose their middle until they fit; what is left out is said. */
export function shortened(messages: readonly PromptMessage[], budget: number): PromptMessage[] {
  const cut = messages.map((message) => ({ message, tokens: estimateTokens(textOf(message)) }));
  for (let cuts = 0; cuts < MAX_CUTS; cuts++) {
    const over = cut.reduce((sum, { tokens }) => sum + tokens, 0) - budget;
    const longest = cut.toSorted((a, b) => b.tokens - a.tokens)[0];
    if (over <= 0 || !longest || longest.tokens <= SHORT_ENOUGH) break;
    const wanted = Math.max(SHORT_ENOUGH, Math.min(longest.tokens - over - SHORT_ENOUGH, longest.tokens / 2));
    const text = withoutMiddle(textOf(longest.message), wanted / longest.tokens);
    longest.message =
      longest.message.role === "tool" ? { ...longest.message, output: text } : { ...longest.message, text };
    longest.tokens = estimateTokens(text);
  }
  return cut.map(({ message }) => message);
}

function withoutMiddle(text: string, share: number): string {
  const kept = Math.floor(text.length * share);
  const head = text.slice(0, Math.ceil(kept * 0.7)).toWellFormed();
  const tail = text.slice(text.length - Math.floor(kept * 0.3)).toWellFormed();
  return `${head}\n[${text.length - kept} characters were left out here: the text was too long.]\n${tail}`;
}
