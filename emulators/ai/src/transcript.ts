import { type Attached, separateFiles } from "./attached.ts";
import { detectLanguage, type Language } from "./language.ts";
import type { ChatMessage, ChatRequest, ToolCall } from "./chat-request.ts";

export interface ToolOutcome {
  name: string;
  arguments: Record<string, unknown>;
  text: string;
}

/** One request seen as a conversation: what came before, what is asked now, what tools have said since. */
export interface Transcript {
  system: string;
  /** Everything said before the present turn. */
  history: ChatMessage[];
  /** All messages the person sent since the last answer: a burst is one question. */
  ask: string;
  images: string[];
  /** What was sent with it and has been turned into words. */
  files: Attached[];
  /** Calls and results of the present turn. */
  outcomes: ToolOutcome[];
  language: Language;
}

// A small model reads the beginning and the end of a very long message; it also keeps pattern matching quick.
const MAX_READ = 12_000;

const readable = (text: string): string =>
  text.length <= MAX_READ ? text : `${text.slice(0, MAX_READ / 2)}\n${text.slice(-MAX_READ / 2)}`;

const isAnswer = (message: ChatMessage): boolean => message.role === "assistant" && message.toolCalls.length === 0;

function outcomesOf(turn: ChatMessage[]): ToolOutcome[] {
  const calls = turn.flatMap((message) => message.toolCalls);
  const used = new Set<ToolCall>();
  return turn
    .filter((message) => message.role === "tool")
    .map((message) => {
      const call =
        calls.find((candidate) => candidate.id !== "" && candidate.id === message.toolCallId) ??
        calls.find(
          (candidate) => !used.has(candidate) && (message.toolName === "" || candidate.name === message.toolName),
        );
      if (call) used.add(call);
      return { name: call?.name ?? message.toolName, arguments: call?.arguments ?? {}, text: message.text };
    });
}

export function readTranscript(request: Pick<ChatRequest, "messages">): Transcript {
  const system = request.messages.filter((message) => message.role === "system").map((message) => message.text);
  const talk = request.messages.filter((message) => message.role !== "system");
  const lastUser = talk.findLastIndex((message) => message.role === "user");
  let start = talk.findLastIndex((message, index) => index < lastUser && isAnswer(message)) + 1;
  if (lastUser < 0) start = 0;
  const turn = talk.slice(start);
  const asked = turn.filter((message) => message.role === "user");
  const history = talk.slice(0, start).map((message) => ({ ...message, text: readable(message.text) }));
  const earlier = history.filter(({ role }) => role === "user").map(({ text }) => separateFiles(text).text);
  const { text: ask, files } = separateFiles(readable(asked.map((message) => message.text).join("\n")));
  return {
    system: system.join("\n\n"),
    history,
    ask,
    images: asked.flatMap((message) => message.images),
    files,
    outcomes: outcomesOf(turn),
    language: detectLanguage(ask, ...earlier.toReversed(), system.join("\n")),
  };
}
