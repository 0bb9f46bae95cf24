import { policedFetch } from "@charla/domain/egress-policy";
import { describe, expect, it } from "vitest";
import type { SendContext } from "../contract.ts";
import { openHttpMedia } from "./media.ts";

const account = (mediaHosts: string[] = []) => ({
  id: "chn_1",
  tenantId: "ten_1",
  webhookUrl: "",
  config: { callbackUrl: "https://crm.example.com/in", mediaHosts },
  secrets: {},
});
const file = (ref: string) => ({ type: "document" as const, ref });

function outside(answers: Record<string, () => Response>): { context: SendContext; asked: Request[] } {
  const asked: Request[] = [];
  const go: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    asked.push(request);
    return answers[request.url]?.() ?? new Response(null, { status: 404 });
  };
  const policy = { allowLoopback: false, deniedHosts: ["charla.example.com"] };
  return { context: { fetch: policedFetch(go, policy), now: 0, signal: AbortSignal.timeout(5_000) }, asked };
}

const moved = (location: string) => () => new Response(null, { status: 302, headers: { location } });

describe("a file of an integrator's", () => {
  it("is opened where it is, behind redirects too, and nothing of ours goes along", async () => {
    const { context, asked } = outside({
      "https://crm.example.com/a": moved("https://cdn.example.net/b"),
      "https://cdn.example.net/b": () => new Response("hola", { headers: { "content-type": "text/plain" } }),
    });
    const opened = await openHttpMedia(file("https://crm.example.com/a"), account(["cdn.example.net"]), context);
    expect(opened).toMatchObject({ ok: true, mime: "text/plain" });
    expect(opened.ok && (await new Response(opened.body).text())).toBe("hola");
    expect(asked.map(({ headers }) => headers.get("authorization"))).toEqual([null, null]);
  });

  it.each([
    ["http://crm.example.com/a", "plain http"],
    ["https://127.0.0.1/a", "this machine"],
    ["https://169.254.169.254/latest/meta-data", "the metadata of a cloud"],
    ["https://10.0.0.7/a", "a private network"],
    ["https://charla.example.com/v1/agents", "ourselves"],
  ])("at %s is never asked for: %s", async (ref) => {
    const named = account([new URL(ref).hostname]);
    const { context, asked } = outside({});
    expect(await openHttpMedia(file(ref), named, context)).toMatchObject({ ok: false, class: "denied" });
    const behind = outside({ "https://crm.example.com/a": moved(ref) });
    const opened = await openHttpMedia(file("https://crm.example.com/a"), named, behind.context);
    expect(opened).toMatchObject({ ok: false, class: "denied" });
    expect([asked.length, behind.asked.length]).toEqual([0, 1]);
  });

  it("is only named where it is on nobody's host, and a way there is no way round", async () => {
    const { context, asked } = outside({ "https://files.crm.example.com/a": moved("https://evil.example.net/b") });
    const named = account(["*.crm.example.com"]);
    const open = (ref: string) => openHttpMedia(file(ref), named, context);
    expect(await open("https://evil.example.net/b")).toMatchObject({ ok: false, class: "elsewhere" });
    expect(await open("https://files.crm.example.com/a")).toMatchObject({ ok: false, class: "denied" });
    expect(asked.map(({ url }) => url)).toEqual(["https://files.crm.example.com/a"]);
  });

  it.each([
    [404, "gone"],
    [410, "gone"],
    [403, "denied"],
    [429, "transient"],
    [503, "transient"],
  ])("that is answered %i is %s", async (status, kind) => {
    const { context } = outside({ "https://crm.example.com/a": () => new Response(null, { status }) });
    const opened = await openHttpMedia(file("https://crm.example.com/a"), account(), context);
    expect(opened).toMatchObject({ ok: false, class: kind });
  });

  it("is not followed for ever", async () => {
    const { context, asked } = outside({ "https://crm.example.com/a": moved("https://crm.example.com/a") });
    expect(await openHttpMedia(file("https://crm.example.com/a"), account(), context)).toMatchObject({ ok: false });
    expect(asked).toHaveLength(4);
  });
});
