import type { PromptMessage } from "@charla/domain/prompt";

export type HistoryItem = { seq: number; role: "user" | "assistant"; text: string; tokens: number };

/**
 * The newest messages that fit the budget, oldest first. A user message is never kept without what followed it being
 * kept too, since items are taken from the end.
 */
export function windowOf(
  newestFirst: Iterable<HistoryItem>,
  budgetTokens: number,
): { items: HistoryItem[]; tokens: number; complete: boolean } {
  const items: HistoryItem[] = [];
  let tokens = 0;
  for (const item of newestFirst) {
    if (tokens + item.tokens > budgetTokens && items.length > 0)
      return { items: items.reverse(), tokens, complete: false };
    items.push(item);
    tokens += item.tokens;
    if (tokens >= budgetTokens) return { items: items.reverse(), tokens, complete: false };
  }
  return { items: items.reverse(), tokens, complete: true };
}

/** Vendors refuse or misread two turns of one role in a row, so neighbours are joined. */
export function toMessages(items: readonly HistoryItem[]): PromptMessage[] {
  const messages: PromptMessage[] = [];
  for (const item of items) {
    const last = messages[messages.length - 1];
    if (last && last.role === item.role) last.text = `${last.text}\n${item.text}`;
    else messages.push({ role: item.role, text: item.text });
  }
  return messages;
}
