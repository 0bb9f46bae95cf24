import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { channels } from "@charla/channels/registry";
import { newId } from "@charla/domain/ids";
import { objectNameOf } from "@charla/domain/inbound";
import type { LogRow } from "@charla/domain/log";
import { createChannel } from "@charla/services/channels/create";
import { applyProjection } from "@charla/services/projection/apply";
import { beforeAll, describe, expect, it } from "vitest";
import { depsOf } from "../src/deps.ts";
import { handleWebhook } from "../src/inbound.ts";
import { connect, type Connected } from "./connected.ts";

/** WhatsApp names people by an id, and whom a colleague wrote to from the phone now and then by the number alone. */
const SECRET = "app_secret_0123456789abcdef";
const NUMBER = "106540352242922";
const [PERSON, PHONE] = ["ES.90001234", "34600111222"];

let shop: Connected;
let channelId: string;
beforeAll(async () => {
  shop = await connect();
  const config = { phoneNumberId: NUMBER, wabaId: "102290129340398" };
  const secrets = { accessToken: "EAAG-token-of-the-shop", appSecrets: [SECRET] };
  const wish = { kind: "whatsapp", name: "WhatsApp", agentId: shop.agentId, config, secrets };
  ({ id: channelId } = await createChannel(shop.ctx, wish, channels));
});

let serial = 0;
async function webhook(field: string, value: object): Promise<Request> {
  const metadata = { display_phone_number: "15550783881", phone_number_id: NUMBER };
  const change = { field, value: { messaging_product: "whatsapp", metadata, ...value } };
  const entry = [{ id: "102290129340398", changes: [change] }];
  const body = JSON.stringify({ object: "whatsapp_business_account", entry });
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(SECRET),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(body)));
  const signature = Array.from(mac, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return new Request(`https://charla.example/webhooks/whatsapp/${channelId}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` },
    body,
  });
}
const seconds = (): string => String(Math.floor(Date.now() / 1000));
const echo = (text: string, to = PHONE): Promise<Request> =>
  webhook("smb_message_echoes", {
    message_echoes: [
      { from: "15550783881", to, id: `wamid.E${++serial}`, timestamp: seconds(), type: "text", text: { body: text } },
    ],
  });

async function heard(thread: string): Promise<string[]> {
  const { tenantId } = shop;
  const stub = env.CONVERSATION.getByName(objectNameOf({ tenantId, channelId, thread }));
  const { rowsJson } = await stub.view({ tenantId, afterSeq: 0, limit: 100 });
  return (JSON.parse(rowsJson) as LogRow[]).flatMap((row) =>
    row.kind === "in" && row.body.event.kind === "human_echo" ? [row.body.event.text] : [],
  );
}

describe("an echo that names a person by the number alone", () => {
  it("is part of the conversation that goes by the person's id", async () => {
    const contacts = [{ profile: { name: "Lucía" }, wa_id: PHONE, user_id: PERSON }];
    const text = { id: "wamid.M1", timestamp: seconds(), type: "text", text: { body: "¿Abrís hoy?" } };
    const messages = [{ from: PHONE, from_user_id: PERSON, ...text }];
    expect((await SELF.fetch(await webhook("messages", { contacts, messages }))).status).toBe(200);
    const { tenantId } = shop;
    const key = { tenantId, channelId, thread: PERSON };
    const { id } = await env.CONVERSATION.getByName(objectNameOf(key)).view({ tenantId, afterSeq: 0, limit: 1 });
    const now = Date.now();
    await applyProjection(shop.ctx, [
      {
        v: 1,
        tenantId,
        conversation: {
          id,
          channelId,
          channelKind: "whatsapp",
          agentId: shop.agentId,
          thread: PERSON,
          contactId: newId("contact"),
          contact: { address: PERSON, aliases: [PHONE] },
          owner: { type: "ai" },
          createdAt: now,
          lastAt: now,
          handover: false,
        },
        version: 1,
        sentAt: now,
        spent: { tokens: 0, micros: 0 },
        spentBefore: { tokens: 0, micros: 0 },
        rows: [],
      },
    ]);
    expect((await SELF.fetch(await echo("Yo me encargo"))).status).toBe(200);
    expect(await heard(PERSON)).toEqual(["Yo me encargo"]);
  });

  it("begins one where nobody is known by the number", async () => {
    expect((await SELF.fetch(await echo("Hola, Eva", "34600999888"))).status).toBe(200);
    expect(await heard("34600999888")).toEqual(["Hola, Eva"]);
  });

  it("stays with the vendor while nobody can say whose number it is", async () => {
    const deps = { ...depsOf(env), threadAt: () => Promise.reject(new Error("database down")) };
    const response = await handleWebhook(await echo("¿?"), deps);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  });
});
