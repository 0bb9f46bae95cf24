import { Webhook } from "standardwebhooks";
import { afterEach, expect, test } from "vitest";

import { message } from "./integrator/events.ts";
import { Integrator } from "./integrator/server.ts";
import { KillOrders } from "./kill-orders.ts";
import { type Behaviour, callTools, echo, inTurn, say, tooMany } from "./model/behaviour.ts";
import { ModelServer } from "./model/server.ts";
import { until } from "./poll.ts";
import { ToolServer } from "./tool/server.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function model(script = echo(), kills?: KillOrders): Promise<ModelServer> {
  const server = await ModelServer.start({ script, kills });
  closers.push(() => server.close());
  return server;
}

const user = (text: string): { role: string; content: string } => ({ role: "user", content: text });
function ask(
  server: ModelServer,
  messages: unknown[],
  more: Record<string, unknown> = {},
  signal?: AbortSignal,
): Promise<Response> {
  const body = JSON.stringify({ model: "test", messages, ...more });
  return fetch(`${server.baseUrl}/chat/completions`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
    signal,
  });
}

test("the model names what no reply has answered", async () => {
  const server = await model();
  const history = [
    user("m:c1-1 hola"),
    { role: "assistant", content: "re: m:c1-1" },
    user("m:c1-2 a"),
    user("m:c1-3 b"),
  ];
  const answer = await (await ask(server, history)).text();
  expect(answer).toContain("re: m:c1-2 m:c1-3 (seen 3)");
  expect(server.problems).toEqual([]);
});

test.each([
  ["twice", [user("m:c1-1"), user("m:c1-1")]],
  ["out of order", [user("m:c1-2"), user("m:c1-1")]],
  ["of another conversation", [user("m:c1-1"), user("m:c2-2")]],
  ["with a result nobody asked for", [user("m:c1-1"), { role: "tool", tool_call_id: "x", content: "1" }]],
])("a history with a message %s is a problem", async (_what, messages) => {
  const server = await model();
  await ask(server, messages);
  expect(server.problems).toHaveLength(1);
});

test("streams a text with its usage and its end, and a call in pieces", async () => {
  const server = await model(
    inTurn(say("uno dos tres", { chunk: "characters" }), callTools({ name: "t", args: { a: 1 } })),
  );
  const options = { stream: true, stream_options: { include_usage: true } };
  const first = await (await ask(server, [user("m:c1-1")], options)).text();
  expect(first.match(/"content":"."/g)).toHaveLength("uno dos tres".length);
  expect(first).toContain('"prompt_tokens"');
  expect(first.endsWith("data: [DONE]\n\n")).toBe(true);
  const second = await (await ask(server, [user("m:c1-1")], options)).text();
  expect(second).toContain('"finish_reason":"tool_calls"');
});

test.each<[string, Behaviour, boolean]>([
  ["a stream that ends without a finish", { text: "a b c d", cut: { at: "middle", how: "finish" } }, true],
  ["a stream that is reset", { text: "a b c d", cut: { at: "middle", how: "reset" } }, false],
])("%s", async (_what, behaviour, readable) => {
  const server = await model(() => behaviour);
  const read = ask(server, [user("m:c1-1")], { stream: true }).then((response) => response.text());
  if (!readable) return expect(read).rejects.toThrow();
  const text = await read;
  expect(text).toContain('"content":"a "');
  expect(text).not.toContain('finish_reason":"stop');
});

test("a caller that goes away is seen", async () => {
  const server = await model(() => ({ text: "x", stall: "before" }));
  const control = new AbortController();
  const gone = ask(server, [user("m:c1-1")], {}, control.signal).catch(() => "gone");
  await until("the call is open", () => server.calls[0]);
  control.abort();
  expect(await gone).toBe("gone");
  await until("the abort is noticed", () => server.calls[0]?.state === "aborted");
  expect(server.totals.aborted).toBe(1);
});

test("429 carries Retry-After, and each kill moment is reached once, in order", async () => {
  const reached: string[] = [];
  const kills = new KillOrders(() => reached.push("kill"));
  const server = await model(inTurn(tooMany(3), say("largo texto")), kills);
  expect((await ask(server, [user("m:c1-1")])).headers.get("retry-after")).toBe("3");
  const orders = (["arrival", "middle", "after"] as const).map((moment) =>
    kills.order(moment, (subject) => subject.startsWith("model test")),
  );
  await (await ask(server, [user("m:c1-1")], { stream: true })).text();
  expect((await Promise.all(orders)).map((record) => record.moment)).toEqual(["arrival", "middle", "after"]);
  expect(reached).toHaveLength(3);
});

test("the tool server does a keyed effect once and an unsafe one each time", async () => {
  const server = await ToolServer.start();
  closers.push(() => server.close());
  const post = (path: string, key?: string): Promise<Response> =>
    fetch(`${server.url}/${path}`, {
      method: "POST",
      body: JSON.stringify({ ref: "m:c1-1" }),
      headers: key ? { "idempotency-key": key } : {},
    });
  const [a, b] = [await (await post("keyed", "k1")).text(), await (await post("keyed", "k1")).text()];
  expect(b).toBe(a);
  await post("unsafe");
  await post("unsafe");
  expect(server.effects.map((effect) => effect.path)).toEqual(["keyed", "unsafe", "unsafe"]);
  await post("keyed");
  expect(server.problems).toEqual(["no idempotency key for m:c1-1"]);
});

test("the integrator verifies, counts repeats and notices changed content", async () => {
  const integrator = await Integrator.start();
  closers.push(() => integrator.close());
  const secret = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
  integrator.trust("a", secret);
  const deliver = async (text: string, signWith = secret): Promise<number> => {
    const body = JSON.stringify({
      type: "message",
      id: "msg_1",
      channel: "chn_1",
      conversation: "c1",
      inReplyTo: ["c1-1"],
      text,
      author: "ai",
    });
    const headers = {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
      "webhook-signature": new Webhook(signWith).sign("msg_1", new Date(), body),
    };
    return (await fetch(integrator.callbackUrl("a"), { method: "POST", body, headers })).status;
  };
  expect(await deliver("hola")).toBe(200);
  expect(await deliver("hola")).toBe(200);
  expect(integrator.messages("a", "c1")).toHaveLength(1);
  expect(await deliver("hola", `whsec_${Buffer.from("another-secret-another-secret-xx").toString("base64")}`)).toBe(
    401,
  );
  expect(await deliver("adiós")).toBe(200);
  expect(integrator.problems).toHaveLength(2);
});

test("messages of one sender have growing times", () => {
  const times = [1, 2, 3].map((n) => Number(message("c1", n)["timestamp"]));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(new Set(times).size).toBe(3);
});
