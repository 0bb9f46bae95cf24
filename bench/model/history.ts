import { type Mark, marksIn, markText } from "./marks.ts";

export type WireMessage = {
  role: string;
  content?: string | { type: string; text?: string }[] | null;
  tool_calls?: { id: string }[];
  tool_call_id?: string;
};

/** Half of the forty messages that the bare turn reads; whatever sends fewer than it could has lost some. */
const LEAST_REMEMBERED = 19;

export const textOf = ({ content }: WireMessage): string =>
  typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("");

/** What is wrong with the history a model was sent; nothing when it is whole, in order and of one conversation. */
export function problemOf(messages: WireMessage[], newest: Mark): string | undefined {
  const asked = marksOf(messages, "user");
  const answered = marksOf(
    messages.filter((message) => message.tool_calls === undefined),
    "assistant",
  );
  const where = `in the prompt for ${markText(newest)}`;
  if (asked.some((mark) => mark.conversation !== newest.conversation)) return `a foreign message ${where}`;
  if (asked.length < Math.min(newest.n, LEAST_REMEMBERED)) return `only ${asked.length} messages ${where}`;
  if (!isConsecutive(asked, newest.n)) return `messages out of order ${where}`;
  if (!isConsecutive(answered, newest.n - 1)) return `replies out of order ${where}`;
  if (answered.length < asked.length - 1) return `only ${answered.length} replies ${where}`;
  return undefined;
}

const marksOf = (messages: WireMessage[], role: string): Mark[] =>
  messages.filter((message) => message.role === role).flatMap((message) => marksIn(textOf(message)));

const isConsecutive = (marks: Mark[], last: number): boolean =>
  marks.every(({ n }, index) => n === last - (marks.length - 1 - index));
