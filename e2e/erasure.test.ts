import { afterAll, beforeAll, expect, test } from "vitest";

import { at, listAt, textAt } from "@charla/testkit/charla/api";
import { furnishTenant } from "@charla/testkit/charla/furnish";
import { say } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";

import { System } from "./system.ts";
import type { Thread } from "./thread.ts";

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

const SECRET = "me llamo Ximena Canaria";

/** Somebody who has told a name, was answered, and was sent a file by a person of the shop. */
async function customer(): Promise<{ thread: Thread; contactId: string; fileUrl: string }> {
  const thread = await system.thread((call) =>
    say(`De usted sé: ${call.messages.filter(({ role }) => role === "user").length}`),
  );
  await thread.say(1, `Hola, ${SECRET}.`);
  await thread.replyTo(1);
  const id = await thread.conversationId();
  const { api, key } = thread.account.tenant;
  const upload = await fetch(`${system.charla.url}/v1/conversations/${id}/files?name=factura.txt`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: SECRET,
  });
  const attachments = [{ id: textAt(await upload.json(), "id") }];
  const sent = await api.post(`/v1/conversations/${id}/messages`, { text: "Su factura", attachments });
  const link = await api.get(`/v1/conversations/${id}/messages/${String(at(sent, "seq"))}/files/0`);
  const { pathname } = new URL(textAt(link, "url"));
  const fileUrl = `${system.charla.url}${pathname}`;
  expect(await (await fetch(fileUrl)).text()).toBe(SECRET);
  const contactId = textAt(await thread.conversation(), "contact", "id");
  await api.post(`/v1/conversations/${id}/hand-back`);
  return { thread, contactId, fileUrl };
}

test("an erased contact is gone everywhere at once, and whoever writes again is a stranger", async () => {
  const { thread, contactId, fileUrl } = await customer();
  const { api } = thread.account.tenant;
  const id = await thread.conversationId();
  const neighbour = thread.sibling();
  await neighbour.say(1, "Soy otra persona");
  await neighbour.replyTo(1);
  const neighbourId = await neighbour.conversationId();

  const stranger = await furnishTenant(system.charla.platform(), "erasure-stranger");
  expect((await stranger.api.request("DELETE", `/v1/contacts/${contactId}`)).status).toBe(404);
  const reader = textAt(await api.post("/v1/api-keys", { name: "reader", scopes: ["contacts.read"] }), "key");
  expect((await api.withKey(reader).request("DELETE", `/v1/contacts/${contactId}`)).status).toBe(403);
  expect((await fetch(fileUrl)).status).toBe(200);

  const erased = await api.request("DELETE", `/v1/contacts/${contactId}`);
  expect([erased.status, erased.json]).toMatchObject([200, { contactId, state: "done", conversations: 1, files: 1 }]);
  expect((await fetch(fileUrl)).status).toBe(410);
  for (const path of [`/v1/conversations/${id}`, `/v1/conversations/${id}/messages`, `/v1/contacts/${contactId}`])
    expect((await api.request("GET", path)).status).toBe(404);
  const contacts = listAt(await api.get("/v1/contacts"), "data");
  expect(contacts.some((contact) => at(contact, "id") === contactId)).toBe(false);
  expect(listAt(await api.get("/v1/messages/search?query=Ximena"), "data")).toEqual([]);
  expect((await api.request("DELETE", `/v1/contacts/${contactId}`)).json).toEqual(erased.json);
  expect(JSON.stringify(await api.get("/v1/erasures"))).not.toMatch(/Ximena|factura/);

  // What the vendor delivers once more, and what was on its way to the lists, brings nothing back.
  await thread.say(1, `Hola, ${SECRET}.`, { timestamp: Date.now() - 5_000 });
  expect((await api.request("GET", `/v1/conversations/${id}`)).status).toBe(404);

  const before = thread.replies().length;
  await thread.say(2, "¿Quién soy?");
  const reply = await thread.replyTo(2);
  expect(reply.payload.text).toBe("De usted sé: 1");
  expect(thread.replies()).toHaveLength(before + 1);
  const again = await until("the new conversation", async () => {
    const { status, json } = await api.request("GET", `/v1/conversations/${id}`);
    return status === 200 ? json : undefined;
  });
  expect(textAt(again, "contact", "id")).not.toBe(contactId);
  const texts = listAt(await api.get(`/v1/conversations/${id}/messages`), "data").map((message) => at(message, "text"));
  expect(texts).not.toContain(`Hola, ${SECRET}.`);
  expect((await api.request("GET", `/v1/conversations/${neighbourId}`)).status).toBe(200);
});
