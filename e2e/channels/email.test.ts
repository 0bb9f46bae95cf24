import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { listAt } from "@charla/testkit/charla/api";
import { type Script, say } from "@charla/testkit/model/behaviour";
import { until, untilQuiet } from "@charla/testkit/poll";
import type { Letter } from "@charla/testkit/vendors/mail/letter";
import { type Draft, Mailbox, mimeOf } from "@charla/testkit/vendors/mail/mailbox";
import { PostmarkAccount } from "@charla/testkit/vendors/mail/postmark/account";
import { PostmarkServer } from "@charla/testkit/vendors/mail/postmark/server";
import { ResendServer } from "@charla/testkit/vendors/mail/resend/server";
import { ResendTeam } from "@charla/testkit/vendors/mail/resend/team";
import * as webhooks from "@charla/testkit/vendors/mail/resend/webhooks";

import { System } from "../system.ts";
import { furnishShop } from "./lines/furnish.ts";

type Row = Record<string, unknown>;
const PUBLIC = "http://localhost:8787";

let serial = 0;
let system: System;
let resend: ResendServer;
let postmark: PostmarkServer;
beforeAll(async () => {
  system = await System.start();
  resend = await ResendServer.start();
  postmark = await PostmarkServer.start();
});
afterEach(() => {
  resend.reception = postmark.reception = () => ({});
});
afterAll(async () => {
  expect([...system.problems(), ...resend.problems, ...postmark.problems]).toEqual([]);
  await Promise.all([resend.close(), postmark.close()]);
  await system.stop();
});

type Shop = { address: string; channelId: string; webhookUrl: string; model: string };

async function shop(script: Script, provider: Record<string, string>, secrets: Record<string, string>): Promise<Shop> {
  const address = `soporte${++serial}@tienda.example`;
  const config = { provider, address, name: "La Tienda" };
  const wish = { kind: "email", config, secrets };
  const { channelId, webhookUrl, model } = await furnishShop(system, script, wish, PUBLIC);
  return { address, channelId, webhookUrl, model };
}

/** Connected as the console does it: the webhook is set at the vendor, and what the vendor gives is kept. */
async function atResend(script: Script): Promise<Shop & { team: ResendTeam }> {
  const team = resend.admit(new ResendTeam());
  team.addDomain("tienda.example");
  team.through = system.charla.url;
  const made = await shop(script, { name: "resend", apiUrl: resend.url }, { apiKey: team.key });
  const connected = await system.tenant.api.post(`/v1/channels/${made.channelId}/connect`, {});
  expect(connected).toMatchObject({ connected: true });
  return { ...made, team };
}

async function atPostmark(script: Script): Promise<Shop & { server: PostmarkAccount }> {
  const server = postmark.admit(new PostmarkAccount("tienda.example"));
  server.through = system.charla.url;
  server.inboundDomain = "tienda.example";
  const made = await shop(script, { name: "postmark", apiUrl: postmark.url }, { apiKey: server.token });
  await system.tenant.api.post(`/v1/channels/${made.channelId}/connect`, {});
  return { ...made, server };
}

const person = (name: string): Mailbox => new Mailbox(name, `${name.toLowerCase()}${++serial}@persona.example`);
const letters = (vendor: { lettersTo(to: string): Letter[] }, who: Mailbox, count: number): Promise<Letter[]> =>
  until(`${count} mails for ${who.address}`, () => {
    const all = vendor.lettersTo(who.address);
    return all.length >= count && all;
  });

/** What the vendor says is taken each time; a test that sees no second mail must not owe it to a refusal. */
async function receive(team: ResendTeam, draft: Draft): Promise<webhooks.Posted> {
  const [posted] = await webhooks.receive(team, draft);
  expect(posted).toMatchObject({ status: 200 });
  if (posted === undefined) throw new Error("no webhook is set");
  return posted;
}
const report = async (...args: Parameters<typeof webhooks.report>): Promise<void> =>
  expect(await webhooks.report(...args)).toMatchObject([{ status: 200 }]);

const asked = (model: string): string =>
  (system.model.callsOf(model).at(-1)?.messages ?? [])
    .filter(({ role }) => role === "user")
    .map(({ text }) => text)
    .join("\n");

async function take(server: PostmarkAccount, draft: Draft): Promise<void> {
  expect(await server.receive(draft)).toBe(200);
}

async function conversations(channelId: string): Promise<Row[]> {
  const page = await system.tenant.api.get(`/v1/conversations?channelId=${channelId}&limit=100`);
  return listAt(page, "data") as Row[];
}

async function rowsOf(channelId: string): Promise<Row[]> {
  const [conversation] = await until("the conversation is listed", async () => {
    const all = await conversations(channelId);
    return all.length > 0 && all;
  });
  return listAt(
    await system.tenant.api.get(`/v1/conversations/${String(conversation?.["id"])}/messages`),
    "data",
  ) as Row[];
}

describe("mail by Resend", () => {
  test("is answered in its exchange, once, and the exchange stays one conversation", async () => {
    const tienda = await atResend((call) => say(`**Sí**, con mucho gusto (${call.messages.length})`));
    const ada = person("Ada");
    const draft = ada.write(tienda.address, { subject: "Pedido 42", text: "¿Lo enviáis mañana?" });
    const posted = await receive(tienda.team, draft);
    const [answer] = await letters(resend, ada, 1);
    expect(answer).toMatchObject({
      from: `"La Tienda" <${tienda.address}>`,
      subject: "Re: Pedido 42",
      headers: { "In-Reply-To": draft.messageId, "Auto-Submitted": "auto-replied" },
    });
    expect(answer?.html).toContain("<strong>Sí</strong>");
    expect(answer?.text).toContain("Sí, con mucho gusto");

    if (answer === undefined) throw new Error("no answer");
    expect((await webhooks.redeliver(tienda.team, posted)).status).toBe(200);
    expect((await webhooks.redeliver(tienda.team, { ...posted, body: posted.body.replace("42", "43") })).status).toBe(
      200,
    );
    await receive(tienda.team, ada.answer(answer, "Perfecto, gracias."));
    await letters(resend, ada, 2);
    await untilQuiet("the mailbox", () => resend.lettersTo(ada.address).length, 1_000);
    expect(resend.lettersTo(ada.address)).toHaveLength(2);
    expect(asked(tienda.model)).toContain("Perfecto, gracias.");
    expect(asked(tienda.model)).not.toContain("escribió:");
    expect(await conversations(tienda.channelId)).toHaveLength(1);
  });

  test("brings a file that the agent reads", async () => {
    const tienda = await atResend(() => say("Recibido"));
    const ada = person("Ada");
    const files = [{ name: "lista.txt", mime: "text/plain", bytes: Buffer.from("12 rosas rojas") }];
    await receive(tienda.team, ada.write(tienda.address, { text: "Va la lista", files }));
    await letters(resend, ada, 1);
    expect(asked(tienda.model)).toContain("12 rosas rojas");
  });

  test("shows what became of an answer, and writes no more to an address that is gone", async () => {
    const tienda = await atResend(() => say("Aquí estamos"));
    const ada = person("Ada");
    await receive(tienda.team, ada.write(tienda.address));
    const [answer] = await letters(resend, ada, 1);
    if (answer === undefined) throw new Error("no answer");
    await report(tienda.team, answer, "email.delivered");
    await until("the console shows it as delivered", async () =>
      (await rowsOf(tienda.channelId)).some(({ state }) => state === "delivered"),
    );
    await report(tienda.team, answer, "email.bounced", { bounce: { type: "Permanent", message: "no such user" } });
    await receive(tienda.team, ada.answer(answer, "¿Y bien?"));
    await untilQuiet("the mailbox", () => resend.lettersTo(ada.address).length, 1_000);
    expect(resend.lettersTo(ada.address)).toHaveLength(1);
  });

  test("is not answered any more after one click on unsubscribe, and opening the link alone changes nothing", async () => {
    const tienda = await atResend(() => say("Aquí estamos"));
    const ada = person("Ada");
    await receive(tienda.team, ada.write(tienda.address));
    const [answer] = await letters(resend, ada, 1);
    if (answer === undefined) throw new Error("no answer");
    const link =
      /^<(.+)>$/.exec(answer.headers["List-Unsubscribe"] ?? "")?.[1]?.replace(PUBLIC, system.charla.url) ?? "";
    const page = await fetch(link);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    await receive(tienda.team, ada.answer(answer, "¿Seguís ahí?"));
    const [, second] = await letters(resend, ada, 2);
    if (second === undefined) throw new Error("no answer");

    const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
    const done = await fetch(link, { method: "POST", body });
    expect(await done.text()).toContain("no recibirá más correos");
    await receive(tienda.team, ada.answer(second, "¿Y ahora?"));
    await untilQuiet("the mailbox", () => resend.lettersTo(ada.address).length, 1_000);
    expect(resend.lettersTo(ada.address)).toHaveLength(2);
  });
});

describe("mail by Postmark", () => {
  test("comes with its files, is answered, and a note of absence is kept and not answered", async () => {
    const tienda = await atPostmark(() => say("Lo miramos"));
    const eva = person("Eva");
    const files = [{ name: "nota.txt", mime: "text/plain", bytes: Buffer.from("mesa rota, pata izquierda") }];
    await take(tienda.server, eva.write(tienda.address, { text: "Ha llegado así", files }));
    const [answer] = await letters(postmark, eva, 1);
    if (answer === undefined) throw new Error("no answer");
    expect(asked(tienda.model)).toContain("mesa rota, pata izquierda");

    const away = eva.answer(answer, "Estoy de vacaciones", { headers: { "Auto-Submitted": "auto-replied" } });
    await take(tienda.server, away);
    await until("the note is kept", async () =>
      JSON.stringify(await rowsOf(tienda.channelId)).includes("de vacaciones"),
    );
    await untilQuiet("the mailbox", () => postmark.lettersTo(eva.address).length, 1_000);
    expect(postmark.lettersTo(eva.address)).toHaveLength(1);
  });

  test("finds its conversation by our own Message-ID, where a program answers to the sender", async () => {
    const tienda = await atPostmark((call) => say(`re: ${call.messages.at(-1)?.text}`));
    const eva = person("Eva");
    await take(tienda.server, eva.write(tienda.address, { subject: "Mesa" }));
    const [answer] = await letters(postmark, eva, 1);
    if (answer === undefined) throw new Error("no answer");
    const headers = { "In-Reply-To": answer.messageId, References: "" };
    await take(tienda.server, eva.answer(answer, "¿Cuándo?", { to: [tienda.address], headers }));
    await letters(postmark, eva, 2);
    await until("it is listed", async () => (await conversations(tienda.channelId)).length > 0);
    expect(await conversations(tienda.channelId)).toHaveLength(1);
  });

  test("a complaint ends it", async () => {
    const tienda = await atPostmark(() => say("Buenas"));
    const eva = person("Eva");
    await take(tienda.server, eva.write(tienda.address));
    const [answer] = await letters(postmark, eva, 1);
    if (answer === undefined) throw new Error("no answer");
    const more = { Type: "SpamComplaint", Email: eva.address, BouncedAt: new Date().toISOString() };
    expect(await tienda.server.report(answer, "SpamComplaint", more)).toEqual([200]);
    await take(tienda.server, eva.answer(answer, "¿Hola?"));
    await untilQuiet("the mailbox", () => postmark.lettersTo(eva.address).length, 1_000);
    expect(postmark.lettersTo(eva.address)).toHaveLength(1);
  });
});

describe("mail by the platform itself", () => {
  const deliver = async (raw: Buffer, from: string, to: string): Promise<Response> => {
    const query = new URLSearchParams({ from, to });
    return fetch(`${system.charla.url}/cdn-cgi/local/email?${query}`, { method: "POST", body: new Uint8Array(raw) });
  };

  test("is taken by address, answered and sent; what is for nobody is refused", async () => {
    const tienda = await shop(() => say("¡Hola, Iván! Abrimos a las 9."), { name: "cloudflare" }, {});
    const ivan = person("Iván");
    const files = [{ name: "pedido.txt", mime: "text/plain", bytes: Buffer.from("3 macetas de barro") }];
    const draft = ivan.write(tienda.address, { subject: "¿Horario?", text: "¿A qué hora abrís?", files });
    const taken = await deliver(await mimeOf(draft), ivan.address, tienda.address);
    expect([taken.status, await taken.text()]).toMatchObject([200, expect.anything()]);
    await until("the answer was sent", async () =>
      (await rowsOf(tienda.channelId)).some(({ direction, state }) => direction === "out" && state === "sent"),
    );
    expect(asked(tienda.model)).toContain("¿A qué hora abrís?");
    expect(asked(tienda.model)).toContain("3 macetas de barro");

    const nobody = await deliver(await mimeOf(draft), ivan.address, "nadie@tienda.example");
    expect(nobody.status).toBe(400);
    expect(await nobody.text()).toContain("5.1.1");
  });
});
