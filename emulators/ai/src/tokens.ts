/** Tokens are estimated: four characters each is close to what the real tokenisers give for Spanish and English. */
const CHARS_PER_TOKEN = 4;

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

export const estimateTokens = (text: string): number => Math.ceil(text.length / CHARS_PER_TOKEN);

export function usageOf(prompt: string, completion: string): Usage {
  const promptTokens = Math.max(1, estimateTokens(prompt));
  const completionTokens = estimateTokens(completion);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** Cut at the token limit as a sampler does, without splitting a surrogate pair. */
export function limitTokens(text: string, maxTokens: number): { text: string; cut: boolean } {
  if (estimateTokens(text) <= maxTokens) return { text, cut: false };
  const kept = text.slice(0, maxTokens * CHARS_PER_TOKEN);
  return { text: kept.replace(/[\uD800-\uDBFF]$/u, ""), cut: true };
}
