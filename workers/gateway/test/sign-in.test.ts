import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { ownPath } from "../src/session-cookie.ts";
import { type Answer, asPlatform, call, newTenant, ORIGIN, type Tenant } from "./world.ts";

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

/** What the button of the page does. */
function press(link: string, headers: Record<string, string> = { origin: ORIGIN }): Promise<Answer> {
  return call("/auth/link", { method: "POST", headers, raw: new URL(link, ORIGIN).searchParams });
}

describe("a one-time link", () => {
  it("opens a session, once", async () => {
    const link = await newLink();
    const first = await press(link);
    expect(first.status).toBe(303);
    const cookie = first.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^__Host-charla=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure$/);
    const session = { cookie: cookie.split(";")[0] ?? "" };
    const agents = await call("/v1/agents", { headers: session });
    expect([agents.status, agents.text]).toEqual([200, expect.stringContaining(own.agentId)]);
    expect((await call("/v1/tenants", { headers: session })).status).toBe(403);
    const again = await press(link);
    expect([again.status, again.headers.get("set-cookie")]).toEqual([410, null]);
  });

  it("is good for one of twenty who press at once", async () => {
    const link = await newLink();
    const answers = await Promise.all(Array.from({ length: 20 }, () => press(link)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  it("may be looked at by whatever looks at links", async () => {
    const link = await newLink();
    for (const method of ["GET", "HEAD", "GET"]) {
      const looked = await call(link, { method });
      expect([looked.status, looked.headers.get("set-cookie")]).toEqual([200, null]);
      expect(looked.headers.get("cache-control")).toBe("no-store");
    }
    expect((await press(link)).status).toBe(303);
  });

  it("shows a person one button, in the person's language", async () => {
    const link = await newLink();
    const english = await call(link, { headers: { "accept-language": "en-GB,en;q=0.9" } });
    expect(english.headers.get("content-type")).toBe("text/html; charset=UTF-8");
    expect([english.headers.get("content-language"), english.headers.get("vary")]).toEqual(["en", "accept-language"]);
    expect(english.text).toContain('<html lang="en">');
    expect(english.text.match(/<button>[^<]+<\/button>/g)).toEqual(["<button>Sign in</button>"]);
    expect((await call(link)).text).toContain("<button>Entrar</button>");
  });

  it.each(["es", "en"])("that is used, expired, unknown or cut off says in %s how to get another", async (language) => {
    const used = await newLink();
    await press(used);
    const headers = { "accept-language": language };
    const pages = await Promise.all(
      [used, "/auth/link?token=unknown", "/auth/link?token=%22%3E%3Cscript%3E", "/auth/link"].map((link) =>
        call(link, { headers }),
      ),
    );
    expect(pages.map(({ status }) => status)).toEqual([410, 410, 410, 410]);
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
    expect(pages[0]?.text).toContain(language === "es" ? "Pide uno nuevo" : "Ask whoever gave it to you for a new one");
    expect((await press(used, { origin: ORIGIN, ...headers })).text).toBe(pages[0]?.text);
  });

  it("is not pressed by another page, nor with anything but a form", async () => {
    const link = await newLink();
    for (const origin of ["https://evil.test", "null", ORIGIN.replace("https", "http")])
      expect((await press(link, { origin })).status).toBe(403);
    expect((await press(link, {})).status).toBe(403);
    const token = new URL(link, ORIGIN).searchParams.get("token");
    const json = await call("/auth/link", { method: "POST", headers: { origin: ORIGIN }, body: { token } });
    expect(json.status).toBe(415);
    const long = { method: "POST", headers: { origin: ORIGIN }, raw: new URLSearchParams({ token: "x".repeat(5000) }) };
    expect((await call("/auth/link", long)).status).toBe(413);
    expect((await press(link)).status).toBe(303);
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
    expect((await call(link)).status).toBe(410);
    expect((await press(link)).status).toBe(410);
  });

  it("ends with signing out, for whoever has kept the cookie too, and no other session does", async () => {
    const open = async (): Promise<{ cookie: string }> => {
      const cookie = (await press(await newLink())).headers.get("set-cookie") ?? "";
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
    const answer = await press(`${await newLink()}&returnTo=${encodeURIComponent(returnTo)}`);
    expect(answer.status).toBe(303);
    expect(new URL(answer.headers.get("location") ?? "", ORIGIN).origin).toBe(ORIGIN);
    expect(ownPath(returnTo)).toBe("/");
  });

  it("is carried from the link to the button", async () => {
    const text = (await call(`${await newLink()}&returnTo=${encodeURIComponent('/a?b="c"&d')}`)).text;
    expect(text).toContain('name="returnTo" value="/a?b=%22c%22&amp;d"');
  });

  it.each(["/", "/conversations?owner=human#latest", "/docs"])("%j is followed", async (returnTo) => {
    expect((await press(await newLink(returnTo))).headers.get("location")).toBe(returnTo);
  });
});
