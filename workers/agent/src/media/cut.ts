import { estimateTokens } from "@charla/models/tokens";

/** The longest beginning of a text that fits the budget. */
export function cutToTokens(text: string, budget: number): { text: string; truncated: boolean } {
  if (estimateTokens(text) <= budget) return { text, truncated: false };
  let fits = 0;
  let tooMuch = text.length;
  while (tooMuch - fits > 1) {
    const middle = (fits + tooMuch) >> 1;
    if (estimateTokens(text.slice(0, middle)) <= budget) fits = middle;
    else tooMuch = middle;
  }
  const splitsPair = /[\uD800-\uDBFF]/.test(text.charAt(fits - 1));
  return { text: text.slice(0, splitsPair ? fits - 1 : fits), truncated: true };
}
