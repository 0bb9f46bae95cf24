import { env, exports } from "cloudflare:workers";
import { idempotencyKeyOf } from "@charla/domain/idempotency";
import type { ToolsRpc } from "@charla/domain/rpc";
import type { ToolRequest, ToolResult } from "@charla/domain/tool-call";
import { executeTool } from "@charla/tools/execute";
import { describe, expect, inject, it } from "vitest";
import * as z from "zod";
import { egressPorts } from "../src/egress.ts";

const remote = inject("remoteOrigin");

// All Workers' tests are one program for the type checker, so the type of "the" default export is nobody's.
const worker: Pick<Fetcher, "fetch"> & ToolsRpc = Reflect.get(exports, "default");

type Args = [kind: string, config: ToolRequest["config"], input: unknown, change?: Partial<ToolRequest>];
const requestOf = (...[kind, config, input, change = {}]: Args): ToolRequest => ({
  tenantId: "ten_1",
  conversationId: "cnv_1",
  turnId: "trn_1",
  trackingId: "trk_1",
  name: "tool",
  kind,
  config,
  effect: "read",
  input,
  idempotencyKey: "k".repeat(40),
  deadlineMs: 3000,
  ...change,
});
const call = (...args: Args): Promise<ToolResult> => worker.run(requestOf(...args));

/** The keys under which the remote was asked for a path. */
async function hits(path: string): Promise<string[]> {
  const response = await fetch(`${remote}/hits${path}`);
  return z.array(z.string()).parse(await response.json());
}

describe("the tools Worker", () => {
  it("answers nobody from outside", async () => {
    for (const path of ["/", "/run", "/../run", "/healthz"]) {
      const response = await worker.fetch(`https://tools.example.com${path}`, { method: "POST", body: "{}" });
      expect(response.status).toBe(404);
      expect(await response.text()).toBe("");
    }
  });

  it("calculates", async () => {
    expect(await call("calculator", {}, { expression: "200 - 10%" })).toMatchObject({
      status: "ok",
      output: { result: "180", exact: true },
    });
  });

  it("looks things up", async () => {
    const config = { url: `${remote}/orders/{id}`, input: { id: { type: "string" } }, pick: "/path" };
    expect(await call("http_get_json", config, { id: "A-17" })).toMatchObject({ status: "ok", output: "/orders/A-17" });
  });

  it("repeats a keyed call under one key", async () => {
    const config = { url: `${remote}/keyed`, input: { qty: { type: "integer" } }, idempotency: "key" };
    const input = { qty: 2 };
    const idempotencyKey = await idempotencyKeyOf({ turnId: "trn_1", step: "c1_0", tool: "tool", input });
    for (let times = 0; times < 2; times++) {
      expect(await call("http_post_json", config, input, { effect: "keyed", idempotencyKey })).toMatchObject({
        status: "ok",
        output: { sent: { qty: 2 } },
      });
    }
    expect(await hits("/keyed")).toEqual([idempotencyKey, idempotencyKey]);
  });

  it("gives up on a silent server in time and says whether it may be repeated", async () => {
    const config = { url: `${remote}/silent/get` };
    expect(await call("http_get_json", config, {}, { deadlineMs: 80 })).toMatchObject({
      status: "error",
      code: "TIMEOUT",
      retryable: true,
    });
    const unsafe = { url: `${remote}/silent/post`, idempotency: "none" };
    expect(await call("http_post_json", unsafe, {}, { deadlineMs: 80, effect: "unsafe" })).toMatchObject({
      status: "unknown",
    });
    expect(await hits("/silent/post")).toHaveLength(1);
  });

  // This runtime words a refused connection like a lost one, so it has to count as one.
  it.each([["cut"], ["half"], ["closed"]])(
    "does not know what became of an unsafe call when the connection is %s",
    async (how) => {
      const url = how === "closed" ? `${inject("closedOrigin")}/` : `${remote}/${how}/post`;
      const answer = await call("http_post_json", { url, idempotency: "none" }, {}, { effect: "unsafe" });
      expect(answer.status).toBe("unknown");
      expect(await call("http_post_json", { url, idempotency: "key" }, {}, { effect: "keyed" })).toMatchObject({
        status: "error",
        retryable: true,
      });
      expect(await call("http_get_json", { url }, {})).toMatchObject({ status: "error", retryable: true });
    },
  );

  it("stops at a redirect to a server that is not on the list", async () => {
    expect(await call("http_get_json", { url: `${remote}/redirect/1` }, {})).toMatchObject({
      status: "error",
      code: "EGRESS_DENIED",
      retryable: false,
    });
  });

  it("reaches this machine only where its configuration says so", async () => {
    expect(env.HTTP_ALLOW_LOOPBACK).toBe("1");
    const asked = requestOf("http_get_json", { url: `${remote}/production` }, {});
    for (const HTTP_ALLOW_LOOPBACK of ["", "0", "true"]) {
      expect(
        await executeTool(asked, egressPorts({ HTTP_ALLOW_LOOPBACK, PUBLIC_BASE_URL: env.PUBLIC_BASE_URL })),
      ).toMatchObject({
        status: "error",
        code: "EGRESS_DENIED",
      });
    }
    expect(await hits("/production")).toEqual([]);
  });

  it.each([
    ["a kind that is none", "shell", {}, {}, "UNKNOWN_KIND"],
    ["a kind out of the prototype", "constructor", {}, {}, "UNKNOWN_KIND"],
    ["a configuration that is none", "http_get_json", { url: "file:///etc/passwd" }, {}, "INVALID_CONFIG"],
    ["input that does not fit", "calculator", {}, "1 + 1", "INVALID_INPUT"],
    ["arguments that were no JSON", "calculator", {}, '{"expression":', "INVALID_INPUT"],
  ])("refuses %s", async (_, kind, config, input, code) => {
    expect(await call(kind, config, input, { effect: "unsafe" })).toMatchObject({
      status: "error",
      code,
      retryable: false,
    });
  });
});
