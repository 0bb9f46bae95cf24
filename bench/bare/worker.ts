/**
 * The least a whole turn can be on this platform: a router, an object with one table, a model call, a tool, a reply.
 * No signature, no dedupe, no journal, no outbox: it is what the guarantees of the real thing are weighed against.
 */
import { DurableObject, type Namespace, type ObjectState } from "cloudflare:workers";
import { Hono } from "hono";

type Env = { CONVERSATION: Namespace<Conversation>; MODEL: string; SINK: string };
type Message = { conversation: string; text: string };
type ToolCall = { id: string; function: { name: string; arguments: string } };
type Answer = { role: string; content: string | null; tool_calls?: ToolCall[] };

const TOOLS = [
  {
    type: "function",
    function: {
      name: "lookup",
      description: "Looks up an order",
      parameters: { type: "object", properties: { order: { type: "string" } }, required: ["order"] },
    },
  },
];
const JSON_TYPE = { "content-type": "application/json" };
const MAX_CALLS = 5;

export class Conversation extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql;

  constructor(ctx: ObjectState, env: Env) {
    super(ctx, env);
    this.#sql.exec("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, role TEXT, text TEXT, at INTEGER)");
  }

  async accept(text: string): Promise<void> {
    this.#insert("user", text);
  }

  async turn({ conversation, text }: Message): Promise<void> {
    this.#insert("user", text);
    const reply = await this.#answer();
    this.#insert("assistant", reply);
    const body = JSON.stringify({ conversation, text: reply });
    const sent = await fetch(this.env.SINK, { method: "POST", headers: JSON_TYPE, body });
    await sent.arrayBuffer();
  }

  async #answer(): Promise<string> {
    const history = this.#sql
      .exec("SELECT role, text AS content FROM messages ORDER BY id DESC LIMIT 40")
      .toArray()
      .reverse();
    const messages: unknown[] = [{ role: "system", content: "You are a helpful assistant." }, ...history];
    let answer = await this.#ask(messages);
    for (let calls = 0; answer.tool_calls && calls < MAX_CALLS; calls++) {
      messages.push(answer);
      for (const call of answer.tool_calls) {
        const { order } = JSON.parse(call.function.arguments) as { order: string };
        const result = await fetch(`${this.env.MODEL}/tool?order=${encodeURIComponent(order)}`);
        messages.push({ role: "tool", tool_call_id: call.id, content: await result.text() });
      }
      answer = await this.#ask(messages);
    }
    return answer.content ?? "";
  }

  async #ask(messages: unknown[]): Promise<Answer> {
    const response = await fetch(`${this.env.MODEL}/v1/chat/completions`, {
      method: "POST",
      headers: { ...JSON_TYPE, authorization: "Bearer sk-bench-0123456789" },
      body: JSON.stringify({ model: "bench", messages, tools: TOOLS }),
    });
    const { choices } = (await response.json()) as { choices: [{ message: Answer }] };
    return choices[0].message;
  }

  #insert(role: string, text: string): void {
    this.#sql.exec("INSERT INTO messages (role, text, at) VALUES (?, ?, ?)", role, text, Date.now());
  }
}

const app = new Hono<{ Bindings: Env }>();

app.get("/healthz", (c) => c.text("ok"));

/** A durable accept: the answer waits until the row is on disk. */
app.post("/accept", async (c) => {
  const { conversation, text } = await c.req.json<Message>();
  await c.env.CONVERSATION.getByName(conversation).accept(text);
  return c.json({ accepted: 1 });
});

/** A whole turn, answered before anything is durable. */
app.post("/turn", async (c) => {
  const message = await c.req.json<Message>();
  c.executionCtx.waitUntil(c.env.CONVERSATION.getByName(message.conversation).turn(message));
  return c.json({ accepted: 1 }, 202);
});

export default app;
