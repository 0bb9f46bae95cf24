import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { ownPath } from "../src/session-cookie.ts";
import { asPlatform, call, newTenant, ORIGIN, type Tenant } from "./world.ts";

let own: Tenant;

beforeAll(async () => {
  own = await newTenant();
}, 60_000);

async function newLink(returnTo?: string): Promise<string> {
  const body = { tenantId: own.id, ...(returnTo === undefined ? {} : { returnTo }) };
  const answer = await call("/v1/auth/links", { method: "POST", headers: asPlatform(), body });
  const url = new URL(String(Reflect.get(Object(answer.json), "url")));
  expect(url.origin).toBe(ORIGIN);
  return `${url.pathname}${url.search}`;
}

describe("a one-time link", () => {
  it("opens a session, once", async () => {
    const link = await newLink();
    const first = await call(link);
    expect(first.status).toBe(303);
    const cookie = first.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^__Host-charla=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure$/);
    const session = { cookie: cookie.split(";")[0] ?? "" };
    const agents = await call("/v1/agents", { headers: session });
    expect([agents.status, agents.text]).toEqual([200, expect.stringContaining(own.agentId)]);
    expect((await call("/v1/tenants", { headers: session })).status).toBe(403);
    const again = await call(link);
    expect([again.status, again.headers.get("set-cookie")]).toEqual([401, null]);
  });

  it("is good for one of twenty who open it at once", async () => {
    const link = await newLink();
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(link)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  it("is stored as a hash only", async () => {
    const token = new URL(await newLink(), ORIGIN).searchParams.get("token") ?? "";
    const { results } = await env.CONTROL_DB.prepare("SELECT * FROM one_time_links").all();
    expect(token.length).toBeGreaterThan(20);
    expect(JSON.stringify(results)).not.toContain(token);
  });

  it("runs out after 15 minutes", async () => {
    const link = await newLink();
    await env.CONTROL_DB.prepare("UPDATE one_time_links SET expires_at = ?1")
      .bind(Date.now() - 1)
      .run();
    expect((await call(link)).status).toBe(401);
  });

  it("ends with signing out, for whoever has kept the cookie too, and no other session does", async () => {
    const open = async (): Promise<{ cookie: string }> => {
      const cookie = (await call(await newLink())).headers.get("set-cookie") ?? "";
      return { cookie: cookie.split(";")[0] ?? "" };
    };
    const [leaving, staying] = [await open(), await open()];
    const isIn = async (headers: { cookie: string }): Promise<boolean> =>
      (await call("/v1/agents", { headers })).status === 200;
    expect([await isIn(leaving), await isIn(staying)]).toEqual([true, true]);
    expect((await call("/auth/sign-out", { method: "POST", headers: leaving })).status).toBe(403);
    expect(await isIn(leaving)).toBe(true);
    const answer = await call("/auth/sign-out", { method: "POST", headers: { ...leaving, origin: ORIGIN } });
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([
      204,
      expect.stringContaining("__Host-charla=; Path=/; Max-Age=0"),
    ]);
    expect([await isIn(leaving), await isIn(staying)]).toEqual([false, true]);
  });
});

describe("S16: where a sign-in leads", () => {
  const elsewhere = [
    "//evil.test",
    "/\\evil.test",
    "\\/evil.test",
    "javascript:alert(1)",
    "https://evil.test/",
    "http:evil.test",
    "/\t/evil.test",
    "/.//evil.test",
    "/a/..//evil.test",
    "evil.test",
    "/\r\nlocation: https://evil.test",
    "",
    " /v1",
    "/%0d%0aset-cookie:x=1\u0000",
  ];
  it.each(elsewhere)("%j stays at home", async (returnTo) => {
    const answer = await call(`${await newLink()}&returnTo=${encodeURIComponent(returnTo)}`);
    expect(answer.status).toBe(303);
    expect(new URL(answer.headers.get("location") ?? "", ORIGIN).origin).toBe(ORIGIN);
    expect(ownPath(returnTo)).toBe("/");
  });

  it.each(["/", "/conversations?owner=human#latest", "/docs"])("%j is followed", async (returnTo) => {
    expect((await call(await newLink(returnTo))).headers.get("location")).toBe(returnTo);
  });
});
