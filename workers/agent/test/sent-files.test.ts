import type { OutFile } from "@charla/domain/inbound";
import { conversationFolder, sentKey } from "@charla/domain/kept-file";
import type { OutRow } from "@charla/domain/log";
import { verifyFileLink } from "@charla/services/files/link";
import { parseKeyring } from "@charla/services/vault/keyring";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { newIds, World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const PDF = new Uint8Array(new TextEncoder().encode("%PDF-1.7 factura"));
const file: OutFile = {
  type: "document",
  ref: "fil_01m7zkg7fqdybzq4nr3pa40n32",
  mime: "application/pdf",
  name: "factura.pdf",
  size: PDF.length,
};

/** A conversation in which a person asks for something. */
async function held(): Promise<{ world: World; id: string }> {
  const world = await World.start();
  await world.say("m1", "¿Me mandan la factura?");
  await world.rest();
  const { id } = await world.stub.view({ tenantId: world.tenantId, afterSeq: 0, limit: 1 });
  return { world, id };
}

const say = (world: World, text: string, files: OutFile[], clientId = "c1") =>
  world.stub.sendAsHuman({ tenantId: world.tenantId, memberId: "mem_1", text, files, clientId });
const sentRows = async (world: World) => (await world.rows()).filter((row): row is OutRow => row.kind === "out");

const attachments = (world: World) =>
  world.callbacks.flatMap(({ attachments: files }) => (files === undefined ? [] : [files]));

describe("files that a person of the business sends", () => {
  it("into a telephone call are refused in words, and nobody takes over for them", async () => {
    const sid = "CA0123456789abcdef0123456789abcdef";
    const world = await World.start(
      {},
      [],
      undefined,
      { ...newIds(), thread: sid },
      {
        kind: "voice",
        config: {
          accountSid: `AC${"0".repeat(32)}`,
          phoneNumber: "+34911000000",
          language: "es-ES",
          greeting: "Hola.",
        },
        secrets: { authTokens: ["f".repeat(32)] },
      },
    );
    const call = { externalId: sid, at: Date.now(), direction: "inbound", from: "+34600", to: "+34911" };
    await world.stub.accept(world.arrival({ ...call, kind: "call" }));
    const { tenantId } = world;
    const message = { tenantId, memberId: "mem_1", text: "Aquí la tiene", files: [file], clientId: "c1" };
    expect(await world.refused((object) => object.sendAsHuman(message))).toMatchObject({
      code: "UNPROCESSABLE",
      details: { publicMessage: { en: expect.stringContaining("takes no files") } },
    });
    const view = await world.stub.view({ tenantId, afterSeq: 0, limit: 1 });
    expect(view.owner).toEqual({ type: "ai" });
    expect((await sentRows(world)).filter((row) => row.body.author.type === "human")).toEqual([]);
  });

  it("stand in the log by reference, and leave with a link that is signed for them alone", async () => {
    const { world, id } = await held();
    await say(world, "Aquí la tiene", [file]);
    await world.rest();
    const row = (await sentRows(world)).at(-1);
    expect(row).toMatchObject({ state: "sent", body: { text: "Aquí la tiene", media: [file] } });
    expect(JSON.stringify(row)).not.toContain("http");
    const asked = { tenantId: world.tenantId, files: [file.ref, "fil_01m7zkg7fqdybzq4nr3pa40n33"] };
    expect(await world.stub.sentOf(asked)).toEqual([file.ref]);
    const [attachment] = attachments(world).at(-1) ?? [];
    expect(attachment).toMatchObject({ type: "document", mime: "application/pdf", name: "factura.pdf" });
    const url = new URL(attachment?.url ?? "");
    expect(url.origin).toBe(new URL(env.PUBLIC_BASE_URL).origin);
    const [, , key = "", proof = "", name = ""] = url.pathname.split("/");
    const week = 7 * 86_400_000;
    const keyring = parseKeyring(env.KEK);
    const sent = { key: sentKey(conversationFolder(world.tenantId, id), file.ref), name: "factura.pdf" };
    const parts = { key, proof, name };
    expect(await verifyFileLink(keyring, parts, Date.now() + week - 60_000)).toEqual({ ok: true, file: sent });
    expect(await verifyFileLink(keyring, parts, Date.now() + week)).toMatchObject({ reason: "expired" });
  });

  it("are the same message on every try, link and all", async () => {
    const { world } = await held();
    world.onCallback = (_callback, tries) => new Response("{}", { status: tries === 0 ? 503 : 200 });
    await say(world, "", [file]);
    await world.rest();
    const [first, second] = attachments(world).slice(-2);
    expect(first?.[0]?.url).toMatch(/factura\.pdf$/);
    expect(second).toEqual(first);
  });

  it("go on after a death, in doubt under the same id", async () => {
    const { world } = await held();
    let stuck = true;
    world.onCallback = () => (stuck ? new Promise<Response>(() => undefined) : new Response("{}"));
    await say(world, "", [file]);
    await vi.waitFor(() => expect(attachments(world).at(-1)).toHaveLength(1));
    stuck = false;
    await world.lose();
    await vi.waitFor(async () => expect((await sentRows(world)).at(-1)?.state).toBe("sent"), {
      timeout: 15_000,
      interval: 50,
    });
    const [first, second] = attachments(world).slice(-2);
    expect(second).toEqual(first);
    expect(new Set(world.callbacks.slice(-2).map(({ id }) => id)).size).toBe(1);
  });

  it("are known to the agent by their names when it is its turn again", async () => {
    const { world } = await held();
    await say(world, "", [file, { ...file, type: "image", name: undefined }]);
    await world.stub.handBack({ tenantId: world.tenantId, by: "mem_1" });
    await world.say("m2", "Gracias, ¿y la fecha?");
    await world.rest();
    expect(JSON.stringify(world.modelCalls.at(-1)?.messages)).toContain(
      "[Sent: document «factura.pdf»]\\n[Sent: image]",
    );
  });
});
