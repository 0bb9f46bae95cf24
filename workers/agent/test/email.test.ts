import type { PlatformMail } from "@charla/channels/contract";
import type { InboundMessage } from "@charla/domain/inbound";
import { keptKey, keptRef } from "@charla/domain/kept-file";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { newIds, World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const secrets = {
  linkKeys: ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"],
  webhookLogins: ["charla:synthetic_password_1"],
  apiKey: "re_0123456789",
};
const channelOf = (provider: Record<string, string>) => ({
  kind: "email",
  config: { provider, address: "soporte@tienda.example", name: "Tienda" },
  secrets,
});
const ada = { address: "ada@example.org", name: "Ada" };
const quick = { completeMs: 0, fragmentMs: 0 };

const mail = (change: Partial<InboundMessage> = {}): InboundMessage => ({
  kind: "message",
  externalId: "<m1@example.org>",
  at: Date.now(),
  text: "¿Abrís hoy?",
  subject: "Horario",
  ...change,
});

async function cloudflare(): Promise<{ world: World; sent: PlatformMail[] }> {
  const world = await World.start({}, [], quick, newIds(), channelOf({ name: "cloudflare" }));
  const sent: PlatformMail[] = [];
  vi.spyOn(env.EMAIL, "send").mockImplementation(async (built) => {
    sent.push(structuredClone(built) as PlatformMail);
    return { messageId: `<${sent.length}@cf.example>` };
  });
  return { world, sent };
}

const accept = (world: World, event: InboundMessage) => world.stub.accept({ ...world.arrival(event), contact: ada });

describe("a mail", () => {
  it("is answered in its exchange, to who wrote it", async () => {
    const { world, sent } = await cloudflare();
    await accept(world, mail({ references: ["<m0@example.org>"] }));
    await world.rest();
    expect(sent).toMatchObject([
      {
        to: ada.address,
        subject: "Re: Horario",
        headers: { "In-Reply-To": "<m1@example.org>", References: "<m0@example.org> <m1@example.org>" },
      },
    ]);
  });

  it("of somebody who was sent a copy is answered to whose exchange it is", async () => {
    const { world, sent } = await cloudflare();
    await accept(world, mail());
    await world.rest();
    const eve = { address: "eve@example.org" };
    await world.stub.accept({ ...world.arrival(mail({ externalId: "<e1@example.org>", sender: eve })), contact: eve });
    await world.rest();
    expect(sent.map(({ to }) => to)).toEqual([ada.address, ada.address]);
  });

  it("has files that were stored on its way in read, and only then let go", async () => {
    const { world } = await cloudflare();
    const key = keptKey(world.tenantId, world.channelId, "f1");
    await env.FILES.put(key, "Presupuesto: 120 €");
    const media = [{ type: "document" as const, ref: keptRef(key), mime: "text/plain", name: "presupuesto.txt" }];
    await accept(world, mail({ media }));
    await world.rest();
    expect(JSON.stringify(world.modelCalls.at(-1)?.messages)).toContain("Presupuesto: 120 €");
    expect(await env.FILES.head(key)).toBeNull();
  });

  it("names no file of another tenant", async () => {
    const { world } = await cloudflare();
    const key = keptKey("ten_other", world.channelId, "f1");
    await env.FILES.put(key, "secreto ajeno");
    await accept(world, mail({ media: [{ type: "document", ref: keptRef(key), mime: "text/plain" }] }));
    await world.rest();
    expect(JSON.stringify(world.modelCalls)).not.toContain("secreto ajeno");
    expect(await env.FILES.head(key)).not.toBeNull();
  });

  it("that two machines keep exchanging is kept and not answered", async () => {
    const { world, sent } = await cloudflare();
    await accept(world, mail({ unanswered: "loop" }));
    await world.rest();
    expect(sent).toEqual([]);
    expect(world.modelCalls).toEqual([]);
  });
});

it("whose answer was lost on its way to Resend is sent again at once, under the same key and as the same bytes", async () => {
  const provider = { name: "resend", apiUrl: "https://vendor.example.com" };
  const world = await World.start({}, [], quick, newIds(), channelOf(provider));
  const asked: { key: string | null; body: string }[] = [];
  world.onVendor = async (request) => {
    asked.push({ key: request.headers.get("idempotency-key"), body: await request.text() });
    return asked.length === 1 ? Promise.reject(new TypeError("lost")) : Response.json({ id: "r1" });
  };
  await accept(world, mail());
  await vi.waitFor(() => expect(asked).toHaveLength(2), { timeout: 10_000 });
  expect(asked[1]).toEqual(asked[0]);
  expect(asked[0]?.key).toMatch(/^msg_/);
});
