import { at, listAt } from "@charla/testkit/charla/api";
import { callTools, echo, say } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";
import { afterAll, beforeAll, expect, test } from "vitest";

import { System } from "./system.ts";

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

test("an author's sections, rules and variables are what the model is told", async () => {
  const thread = await system.thread(echo(), {
    name: "Alba",
    instructions: 'Eres de {{tenant.name}} y hoy es {{date.iso}}. Saluda a {{contact.name or "quien escribe"}}.',
    timeZone: "Europe/Madrid",
    prompt: { objective: "Vender libros." },
    guardrails: [{ name: "no_advice", rule: "Nunca des consejo médico." }],
    channels: { http: { instructions: "Contesta en una frase." } },
  });
  await thread.say(1);
  await thread.replyTo(1);
  const told = thread.calls()[0]?.messages.find(({ role }) => role === "system")?.text;
  expect(told).toMatch(/You are Alba\.\n\nEres de tests-\d+ y hoy es 20\d\d-\d\d-\d\d\. Saluda a \S/);
  expect(told).toContain("Objective:\nVender libros.");
  expect(told).toContain("- Nunca des consejo médico.");
  expect(told).toContain("Contesta en una frase.");
});

test("what cannot be read as a template, or looks like a key, is refused when it is saved, and says where", async () => {
  const { api } = system.tenant;
  const save = (settings: object) =>
    api.request("POST", "/v1/agents", { settings: { name: "A", model: system.modelRef("m"), ...settings } });
  for (const [settings, path] of [
    [{ instructions: "Hola {{contact.mail}}" }, "settings.instructions"],
    [{ prompt: { tone: "{{contact.name" } }, "settings.prompt.tone"],
    [{ instructions: `Paga con sk-live-${"a1B2".repeat(8)}` }, "settings.instructions"],
    [{ timeZone: "Europe/Atlantis" }, "body.settings.timeZone"],
  ] as const) {
    const { status, json } = await save(settings);
    expect([400, 422], JSON.stringify(json)).toContain(status);
    expect(listAt(json, "errors").map((one) => at(one, "path"))).toEqual([path]);
  }
});

test("an agent asks for a person when its rules say so, and the console shows why", async () => {
  const asks = { reason: "Quiere su dinero", summary: "Pagó dos veces el pedido 7." };
  const thread = await system.thread(
    (call) =>
      call.callsInHistory().length === 0
        ? callTools({ name: "hand_over", args: asks })
        : say(`te atiende una persona, re: ${call.unanswered().join(" ")}`),
    { handoverRules: [{ name: "refund", when: "alguien quiere su dinero" }] },
  );
  await thread.say(1);
  const reply = await thread.replyTo(1);
  expect(reply.payload.text).toContain("una persona");
  const flagged = await until("the console shows it", async () => {
    const conversation = await thread.conversation();
    return at(conversation, "handover") === true ? conversation : undefined;
  });
  expect(at(at(flagged, "owner"), "type")).toBe("ai");
  const [turn] = await thread.turns();
  const step = listAt(turn, "steps").find((one) => at(one, "name") === "hand_over");
  expect(at(at(step, "content"), "input")).toEqual(asks);
});
