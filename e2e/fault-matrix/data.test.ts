import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { furnishAgent } from "@charla/testkit/charla/furnish";
import { at, listAt, textAt } from "@charla/testkit/charla/api";
import { until } from "@charla/testkit/poll";

import { System } from "../system.ts";

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

describe("42: the tenant's database does not take writes", () => {
  test("messages are taken and answered meanwhile, and listed once it does again", async () => {
    const thread = await system.thread();
    await thread.say(1);
    await thread.replyTo(1);
    await thread.conversationId();
    await system.charla.renameTenantTable("messages", "messages_away");
    for (const n of [2, 3]) {
      await thread.say(n);
      await thread.replyTo(n);
    }
    await system.charla.renameTenantTable("messages_away", "messages");
    await thread.say(4);
    await thread.replyTo(4);
    await until("everything is listed", async () => (await thread.messages()).length === 8, { deadlineMs: 40_000 });
  });
});

type Frame = Record<string, unknown>;
type Visitor = { token: string; lastSeq: number; frames: Frame[]; socket: WebSocket };

const SOCKETS = 200;
const ORIGIN = "https://shop.example";

/** Resolves when the server has said that the socket is ready. */
async function connect(channelId: string, token: string, after: number): Promise<Visitor> {
  const url = new URL(
    `/chat/${channelId}/socket?token=${token}&after=${after}`,
    system.charla.url.replace(/^http/, "ws"),
  );
  const visitor: Visitor = { token, lastSeq: after, frames: [], socket: new WebSocket(url, { origin: ORIGIN }) };
  visitor.socket.on("message", (data) => {
    const frame = JSON.parse(String(data)) as Frame;
    visitor.frames.push(frame);
    visitor.lastSeq = Math.max(visitor.lastSeq, Number(at(frame, "message", "seq") ?? 0));
  });
  visitor.socket.on("error", () => undefined);
  await until("the socket is ready", () => visitor.frames.some((frame) => frame["type"] === "ready"), {
    deadlineMs: 30_000,
  });
  return visitor;
}

const shown = (visitor: Visitor): string[] =>
  visitor.frames.filter((frame) => frame["type"] === "message").map((frame) => textAt(frame, "message", "role"));

describe("49: every web-chat socket comes back at once", () => {
  test(`${SOCKETS} sockets resume where they were, without their history, and go on`, async () => {
    const model = `chat-${SOCKETS}`;
    const agentId = await furnishAgent(system.tenant, { model: system.modelRef(model) });
    const config = { allowedOrigins: [ORIGIN] };
    const channelId = textAt(
      await system.tenant.api.post("/v1/channels", { kind: "webchat", name: "web", agentId, config }),
      "id",
    );
    const session = async (): Promise<string> => {
      const headers = { origin: ORIGIN, "content-type": "application/json" };
      return textAt(
        await (
          await fetch(`${system.charla.url}/chat/${channelId}/session`, { method: "POST", body: "{}", headers })
        ).json(),
        "token",
      );
    };
    const tokens = await Promise.all(Array.from({ length: SOCKETS }, session));
    const first = await Promise.all(tokens.map((token) => connect(channelId, token, 0)));
    for (const visitor of first)
      visitor.socket.send(JSON.stringify({ v: 1, type: "message", id: "one", text: "¿hola?" }));
    await until("everybody is answered", () => first.every((visitor) => shown(visitor).includes("agent")), {
      deadlineMs: 40_000,
    });
    for (const visitor of first) visitor.socket.terminate();

    const back = await Promise.all(first.map(({ token, lastSeq }) => connect(channelId, token, lastSeq)));
    for (const visitor of back)
      visitor.socket.send(JSON.stringify({ v: 1, type: "message", id: "two", text: "¿y ahora?" }));
    await until("everybody is answered again", () => back.every((visitor) => shown(visitor).includes("agent")), {
      deadlineMs: 40_000,
    });
    expect(back.filter((visitor) => shown(visitor).filter((role) => role === "agent").length !== 1)).toEqual([]);
    for (const visitor of back) visitor.socket.terminate();
    const list = `/v1/conversations?channelId=${channelId}&limit=100`;
    await until(
      "the conversations are listed",
      async () => listAt(await system.tenant.api.get(list), "data").length === 100,
    );
  }, 150_000);
});
