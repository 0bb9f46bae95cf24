/** A model server that answers at once, in a process of its own so that its work is nobody's. Also the tool's outside. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { problemOf, textOf, type WireMessage } from "./history.ts";
import { marksIn, markText, wantsTool } from "./marks.ts";

export type ModelStats = { calls: number; toolCalls: number; problems: string[] };

type Prompt = { stream?: boolean; messages: WireMessage[]; tools?: unknown[] };

const KEPT_PROBLEMS = 20;
const stats: ModelStats = { calls: 0, toolCalls: 0, problems: [] };
/** Time spent here on turns that are not finished, in nanoseconds. */
const spent = new Map<string, bigint>();

function problem(text: string): void {
  if (stats.problems.length < KEPT_PROBLEMS) stats.problems.push(text);
}

function complete(body: string, since: bigint): string {
  const { messages, stream, tools } = JSON.parse(body) as Prompt;
  const last = messages.findLast((message) => message.role === "user");
  const question = last === undefined ? "" : textOf(last);
  const mark = marksIn(question).at(-1);
  if (mark === undefined) {
    problem("a prompt without a mark");
    return answerOf({ role: "assistant", content: "?" }, "stop");
  }
  if (stream === true) problem("a streamed call, which nobody watches");
  if ((tools ?? []).length === 0) problem("no tools were offered");
  const wrong = problemOf(messages, mark);
  if (wrong !== undefined) problem(wrong);
  const key = markText(mark);
  const before = spent.get(key) ?? 0n;
  if (wantsTool(question) && messages.at(-1)?.role !== "tool") {
    const call = { name: "lookup", arguments: JSON.stringify({ order: key }) };
    const message = {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "call_1", type: "function", function: call }],
    };
    const answer = answerOf(message, "tool_calls");
    spent.set(key, before + process.hrtime.bigint() - since);
    return answer;
  }
  spent.delete(key);
  // The reply says how long it took here, so that whoever measures can take it off again.
  const micros = (before + process.hrtime.bigint() - since) / 1000n;
  return answerOf({ role: "assistant", content: `Sí, la tenemos y sale hoy ${key} {${micros}}` }, "stop");
}

const answerOf = (message: unknown, finish: string): string =>
  JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "bench",
    choices: [{ index: 0, message, finish_reason: finish, logprobs: null }],
    usage: { prompt_tokens: 400, completion_tokens: 20, total_tokens: 420 },
  });

function lookUp(url: string): string {
  stats.toolCalls++;
  const order = new URL(url, "http://localhost").searchParams.get("order") ?? "";
  return JSON.stringify({ order, status: "en reparto", arrives: "hoy" });
}

function respond(request: IncomingMessage, response: ServerResponse, body: string): void {
  const since = process.hrtime.bigint();
  const url = request.url ?? "/";
  response.setHeader("content-type", "application/json");
  if (url.startsWith("/tool")) return void response.end(lookUp(url));
  stats.calls++;
  response.end(complete(body, since));
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => respond(request, response, Buffer.concat(chunks).toString("utf8")));
});
// Longer than any pause of the measurement, so that no connection closes under a request.
server.keepAliveTimeout = 600_000;

process.on("message", (wish: { listen?: number; stats?: true }) => {
  if (wish.listen !== undefined) server.listen(wish.listen, "127.0.0.1", () => process.send?.({ ready: true }));
  if (wish.stats) process.send?.({ stats });
});
process.once("disconnect", () => process.exit(0));
