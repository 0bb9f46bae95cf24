import * as z from "zod";

import { type Mark, markText, marksIn } from "../marks.ts";

const Part = z.object({ type: z.string(), text: z.string().optional() });
const WireMessage = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: z.union([z.string(), z.array(Part)]).nullish(),
  tool_calls: z
    .array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }))
    .nullish(),
  tool_call_id: z.string().nullish(),
});
const WireBody = z.object({
  model: z.string(),
  messages: z.array(WireMessage),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })).nullish(),
});

export type ChatMessage = {
  role: string;
  text: string;
  calls: { id: string; name: string; args: string }[];
  callId?: string;
};

export type CallState = "open" | "answered" | "aborted";

/** One request to the model server: what it was sent and what became of it. */
export class ChatCall {
  readonly at = Date.now();
  readonly model: string;
  readonly messages: ChatMessage[];
  readonly tools: string[];
  readonly stream: boolean;
  readonly wantsUsage: boolean;
  readonly authorization: string | null;
  state: CallState = "open";
  endedAt: number | undefined;

  constructor(body: string, authorization: string | null) {
    const wire = WireBody.parse(JSON.parse(body));
    this.model = wire.model;
    this.stream = wire.stream === true;
    this.wantsUsage = wire.stream_options?.include_usage === true;
    this.tools = (wire.tools ?? []).map((tool) => tool.function.name);
    this.authorization = authorization;
    this.messages = wire.messages.map((message) => ({
      role: message.role,
      text:
        typeof message.content === "string"
          ? message.content
          : (message.content ?? []).map((part) => part.text ?? "").join(""),
      calls: (message.tool_calls ?? []).map((call) => ({
        id: call.id,
        name: call.function.name,
        args: call.function.arguments,
      })),
      ...(message.tool_call_id ? { callId: message.tool_call_id } : {}),
    }));
  }

  userMarks(): Mark[] {
    return this.messages.filter((message) => message.role === "user").flatMap((message) => marksIn(message.text));
  }

  /** Which conversation speaks: the one whose marks the person's messages carry. */
  conversation(): string | undefined {
    return this.userMarks().at(-1)?.conversation;
  }

  /** Marks of the person's messages that no finished reply in the history names. */
  unanswered(): string[] {
    const named = new Set(
      this.replies()
        .flatMap((message) => marksIn(message.text))
        .map(markText),
    );
    return this.userMarks()
      .map(markText)
      .filter((mark) => !named.has(mark));
  }

  replies(): ChatMessage[] {
    return this.messages.filter(
      (message) => message.role === "assistant" && message.calls.length === 0 && message.text !== "",
    );
  }

  /** What tools said since the person's newest message. */
  toolResultsOfTurn(): ChatMessage[] {
    const last = this.messages.findLastIndex((message) => message.role === "user");
    return this.messages.slice(last + 1).filter((message) => message.role === "tool");
  }

  /** Every call the history shows, with its arguments as sent. */
  callsInHistory(): { id: string; name: string; args: string }[] {
    return this.messages.flatMap((message) => message.calls);
  }

  /** What is wrong with the history: a message twice, out of order, or of somebody else; empty when it is sound. */
  historyProblems(): string[] {
    const problems: string[] = [];
    const last = new Map<string, number>();
    for (const mark of this.userMarks()) {
      const before = last.get(mark.conversation);
      if (before === mark.n) problems.push(`${markText(mark)} twice in a row`);
      else if (before !== undefined && mark.n < before) problems.push(`${markText(mark)} after ${before}`);
      last.set(mark.conversation, mark.n);
    }
    if (last.size > 1) problems.push(`messages of ${[...last.keys()].join(" and ")} in one prompt`);
    const asked = this.callsInHistory().map((call) => call.id);
    for (const message of this.messages) {
      if (message.callId !== undefined && !asked.includes(message.callId))
        problems.push(`a result without its call ${message.callId}`);
    }
    return problems;
  }
}
