import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ToolFailure, type EgressInit } from "./contract.ts";
import { EgressInterrupted, guardedFetch } from "./egress.ts";

/** A server on this machine that must not be reached from addresses out of data or redirects. */
let trap: Server;
let trapOrigin = "";
const hits: { url: string; headers: IncomingHttpHeaders }[] = [];

beforeAll(async () => {
  trap = createServer((request, response) => {
    hits.push({ url: request.url ?? "", headers: request.headers });
    response.end("{}");
  });
  await new Promise<void>((ready) => trap.listen(0, "127.0.0.1", ready));
  const address = trap.address();
  trapOrigin = `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterAll(() => new Promise<void>((done) => (trap.closeAllConnections(), trap.close(() => done()))));
beforeEach(() => {
  hits.length = 0;
});

type Call = { url: string; method: string; headers: Record<string, string>; redirect: string };

/** The public internet as a table; everything else goes out for real, so a hole in the guard reaches the trap. */
function internet(pages: Record<string, () => Response>): { fetch: typeof fetch; calls: Call[] } {
  const calls: Call[] = [];
  const go: typeof fetch = (input, init) => {
    const url = String(input);
    calls.push({
      url,
      method: init?.method ?? "",
      headers: Object.fromEntries(new Headers(init?.headers)),
      redirect: init?.redirect ?? "",
    });
    const page = pages[url];
    return page === undefined ? fetch(input, init) : Promise.resolve(page());
  };
  return { fetch: go, calls };
}

const redirect =
  (location: string, status = 302) =>
  () =>
    new Response(null, { status, headers: { location } });
const ok = () => Response.json({ ok: true });
const get: EgressInit = {
  method: "GET",
  headers: { "x-key": "k", authorization: "Bearer t" },
  hostFrom: "config",
  allowHosts: ["api.example.com", "cdn.example.com", "127.0.0.1", "localhost"],
  maxBytes: 1000,
};
const strict = { allowLoopback: false };
const signal = new AbortController().signal;
const denied = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof ToolFailure ? error.code : `not refused: ${String(error)}`;
};

describe("the way out", () => {
  it("follows up to three redirects and judges each", async () => {
    const { fetch: go, calls } = internet({
      "https://api.example.com/0": redirect("/1"),
      "https://api.example.com/1": redirect("https://cdn.example.com/2", 308),
      "https://cdn.example.com/2": redirect("//cdn.example.com/3", 301),
      "https://cdn.example.com/3": ok,
    });
    const response = await guardedFetch("https://api.example.com/0", get, { fetch: go, policy: strict, signal });
    expect(response).toMatchObject({ status: 200, text: '{"ok":true}', truncated: false });
    expect(calls.map(({ redirect: mode }) => mode)).toEqual(["manual", "manual", "manual", "manual"]);
    expect(calls[1]?.headers).toMatchObject({ "x-key": "k", authorization: "Bearer t" });
    expect(calls[2]?.headers).toEqual({ accept: "application/json" });
    expect(calls[3]?.headers).toEqual({ accept: "application/json" });
  });

  it("does not go round in circles", async () => {
    const { fetch: go, calls } = internet({ "https://api.example.com/": redirect("https://api.example.com/") });
    expect(await denied(guardedFetch("https://api.example.com/", get, { fetch: go, policy: strict, signal }))).toBe(
      "EGRESS_DENIED",
    );
    expect(calls).toHaveLength(4);
  });

  it.each([
    "http://{trap}/",
    "https://{trap}/",
    "//{trap}/",
    "http://localhost:{port}/",
    "http://[::1]:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f.1:{port}/",
    "http://127.1:{port}/",
    "http://x.localhost:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "https://[::ffff:127.0.0.1]/",
    "https://metadata.google.internal/",
    "https://evil.example/",
    "http://api.example.com/",
    "https://user:pw@api.example.com/",
    "https://api.example.com:22/",
    "file:///etc/passwd",
    "data:application/json,{}",
    "gopher://api.example.com/",
    "https://",
  ])("is closed when a server answers with a redirect to %s", async (location) => {
    const target = location.replace("{trap}", trapOrigin).replace("{port}", trapOrigin.split(":")[1] ?? "");
    const { fetch: go, calls } = internet({ "https://api.example.com/": redirect(target) });
    expect(await denied(guardedFetch("https://api.example.com/", get, { fetch: go, policy: strict, signal }))).toBe(
      "EGRESS_DENIED",
    );
    expect(calls).toHaveLength(1);
    expect(hits).toHaveLength(0);
  });

  it("does not leave https even in development", async () => {
    const { fetch: go } = internet({ "https://api.example.com/": redirect(`http://${trapOrigin}/`) });
    expect(
      await denied(
        guardedFetch("https://api.example.com/", get, { fetch: go, policy: { allowLoopback: true }, signal }),
      ),
    ).toBe("EGRESS_DENIED");
    expect(hits).toHaveLength(0);
  });

  it("reaches this machine in development and only there", async () => {
    const init = { ...get, allowHosts: ["127.0.0.1"] };
    expect(await denied(guardedFetch(`http://${trapOrigin}/x`, init, { fetch, policy: strict, signal }))).toBe(
      "EGRESS_DENIED",
    );
    expect(hits).toHaveLength(0);
    expect(
      await guardedFetch(`http://${trapOrigin}/x`, init, { fetch, policy: { allowLoopback: true }, signal }),
    ).toMatchObject({ status: 200 });
    expect(hits).toHaveLength(1);
  });

  it("needs every host to be on the list, wherever it came from", async () => {
    for (const hostFrom of ["config", "data"] as const) {
      const init = { ...get, hostFrom, allowHosts: [] };
      expect(await denied(guardedFetch("https://api.example.com/", init, { fetch, policy: strict, signal }))).toBe(
        "EGRESS_DENIED",
      );
    }
    expect(await denied(guardedFetch("no address", get, { fetch, policy: strict, signal }))).toBe("EGRESS_DENIED");
  });

  it("does not carry data to another server, nor turn a POST into a GET", async () => {
    const post: EgressInit = { ...get, method: "POST", body: "{}" };
    const pages = {
      "https://api.example.com/moved": redirect("https://cdn.example.com/", 307),
      "https://api.example.com/same": redirect("https://api.example.com/new", 308),
      "https://api.example.com/new": ok,
      "https://api.example.com/see": redirect("https://api.example.com/new", 303),
    };
    const { fetch: go, calls } = internet(pages);
    const ports = { fetch: go, policy: strict, signal };
    expect(await denied(guardedFetch("https://api.example.com/moved", post, ports))).toBe("EGRESS_DENIED");
    expect(await guardedFetch("https://api.example.com/same", post, ports)).toMatchObject({ status: 200 });
    expect(calls.at(-1)).toMatchObject({
      method: "POST",
      url: "https://api.example.com/new",
      headers: { "x-key": "k" },
    });
    expect(await guardedFetch("https://api.example.com/see", post, ports)).toMatchObject({ status: 303 });
  });

  it("cuts an answer at its limit, in the middle of a character if need be", async () => {
    const { fetch: go } = internet({ "https://api.example.com/": () => new Response("ñ".repeat(2000)) });
    const response = await guardedFetch(
      "https://api.example.com/",
      { ...get, maxBytes: 101 },
      { fetch: go, policy: strict, signal },
    );
    expect(response.truncated).toBe(true);
    expect(response.text).toBe("ñ".repeat(50));
  });

  it("tells a connection that never was from one that broke", async () => {
    const failing = (error: Error) => ({
      fetch: (() => Promise.reject(error)) as typeof fetch,
      policy: strict,
      signal,
    });
    const go = (error: Error): Promise<unknown> =>
      guardedFetch("https://api.example.com/", get, failing(error)).catch((reason: unknown) => reason);
    for (const text of [
      "connect(): Connection refused",
      "DNS lookup failed.",
      "getaddrinfo ENOTFOUND api.example.com",
    ]) {
      expect(await go(new TypeError(text))).toMatchObject({ code: "UNREACHABLE", retryable: true });
      expect(await go(new TypeError("fetch failed", { cause: new Error(text) }))).toMatchObject({
        code: "UNREACHABLE",
      });
    }
    for (const text of ["Network connection lost.", "read ECONNRESET", "internal error"])
      expect(await go(new TypeError(text))).toBeInstanceOf(EgressInterrupted);
  });
});
