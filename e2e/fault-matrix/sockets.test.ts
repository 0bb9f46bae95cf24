import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { textAt } from "@charla/testkit/charla/api";
import { furnishAgent } from "@charla/testkit/charla/furnish";
import { until } from "@charla/testkit/poll";

import { WebSocket } from "ws";

import { System } from "../system.ts";
import { Visitor } from "./visitor.ts";

/**
 * 1,600 sockets instead of the 5,000 of the case: the development runtime and all clients share two cores, on which even these cost 40 seconds
 * of processor time. What would make a storm of it — history that comes again, work per socket that grows with their
 * number — shows at this size as it does at that.
 */
const VISITORS = 200;
const TABS = 8;
const ORIGIN = "https://shop.example";
const PATIENCE = { deadlineMs: 150_000, everyMs: 100 };

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

describe("49: every web-chat socket comes back at once", () => {
  test(`${VISITORS * TABS} sockets of ${VISITORS} people get what they missed, nothing older, and go on`, async () => {
    const agentId = await furnishAgent(system.tenant, { model: system.modelRef("chat") });
    const wish = { kind: "webchat", name: "web", agentId, config: { allowedOrigins: [ORIGIN] } };
    const channelId = textAt(await system.tenant.api.post("/v1/channels", wish), "id");
    const chat = { url: `${system.charla.url}/chat/${channelId}`, origin: ORIGIN };
    const people = await Promise.all(Array.from({ length: VISITORS }, () => Visitor.arrive(chat)));

    const first = people.map((person) => person.open(0));
    await until("everybody is connected", () => first.every((tab) => tab.ready), PATIENCE);
    for (const tab of first) tab.say("one", "¿hola?");
    await until("everybody is answered", () => first.every((tab) => tab.shows("visitor", "agent")), PATIENCE);
    const seen = first.map((tab) => tab.lastSeq);
    for (const tab of first) tab.cut();

    await Promise.all(people.map((person) => person.post("away", "¿y ahora?")));
    await until(
      "everybody was answered while away",
      async () =>
        (await Promise.all(people.map((person, index) => person.count(seen[index] ?? 0)))).every((n) => n === 2),
      { ...PATIENCE, everyMs: 1_000 },
    );

    const back = people.flatMap((person, index) => Array.from({ length: TABS }, () => person.open(seen[index] ?? 0)));
    await until("every socket is ready", () => back.every((tab) => tab.ready), PATIENCE);
    await until("every socket has what it missed", () => back.every((tab) => tab.shows("visitor", "agent")), PATIENCE);
    expect(back.filter((tab) => tab.seqs.some((seq) => seq <= tab.after))).toEqual([]);
    expect(back.filter((tab) => tab.history > 0)).toEqual([]);

    for (const [index, tab] of back.entries()) if (index % TABS === 0) tab.say("two", "¿y luego?");
    const whole = ["visitor", "agent", "visitor", "agent"] as const;
    await until("every socket goes on", () => back.every((tab) => tab.shows(...whole)), PATIENCE);
    expect(back.filter((tab) => new Set(tab.seqs).size !== whole.length || tab.seqs.length !== whole.length)).toEqual(
      [],
    );
    for (const tab of back) tab.cut();
    const { calls } = system.model;
    expect(calls.length).toBe(3 * VISITORS);
  }, 600_000);
});

describe("a socket that is open", () => {
  test("ends with its channel: what is said after that is not taken", async () => {
    const agentId = await furnishAgent(system.tenant, { model: system.modelRef("switched-off") });
    const wish = { kind: "webchat", name: "web", agentId, config: { allowedOrigins: [ORIGIN] } };
    const channelId = textAt(await system.tenant.api.post("/v1/channels", wish), "id");
    const person = await Visitor.arrive({ url: `${system.charla.url}/chat/${channelId}`, origin: ORIGIN });
    const tab = person.open(0);
    await until("it is open", () => tab.ready);
    await system.tenant.api.post(`/v1/channels/${channelId}/disable`);
    tab.say("late", "¿hola?");
    await until("it is closed", () => tab.closed !== undefined);
    expect([tab.closed, tab.accepted]).toEqual([4404, 0]);
    expect(system.model.callsOf("switched-off")).toHaveLength(0);
  });

  test("ends with the key that opened it: a revoked one hears no more of what customers write", async () => {
    const thread = await system.thread();
    await thread.say(1);
    await until("everything about it is told", async () =>
      (await thread.messages()).some((message) => message["state"] === "sent"),
    );
    const wish = { name: "watcher", scopes: ["conversations.read"] };
    const made = await system.tenant.api.post("/v1/api-keys", wish);
    const url = new URL(`/v1/conversations/${await thread.conversationId()}/live`, system.charla.url);
    url.protocol = "ws:";
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${textAt(made, "key")}` } });
    const heard: string[] = [];
    let closed = 0;
    socket.on("message", (data) => heard.push(String(data)));
    socket.on("close", (code) => (closed = code));
    await until("the live view is open", () => heard.length > 0);
    const gone = await system.tenant.api.request("DELETE", `/v1/api-keys/${textAt(made, "id")}`);
    expect(gone.status).toBe(204);
    // Had it been looked at just before, it is only looked at again half a minute later.
    let n = 1;
    const another = async (): Promise<boolean> => {
      await thread.say(++n);
      await thread.replyTo(n);
      return closed !== 0;
    };
    await until("it is closed", another, { deadlineMs: 90_000, everyMs: 1_000 });
    expect(closed).toBe(4401);
    const before = heard.length;
    await another();
    expect(heard).toHaveLength(before);
  });
});
