import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { textAt } from "@charla/testkit/charla/api";
import { furnishAgent } from "@charla/testkit/charla/furnish";
import { until } from "@charla/testkit/poll";

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
