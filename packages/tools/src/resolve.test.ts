import { isAppError } from "@charla/domain/errors";
import type { ToolConfig } from "@charla/domain/release";
import { describe, expect, it } from "vitest";
import { resolveTools } from "./resolve.ts";

const get = (config: ToolConfig["config"]): ToolConfig => ({ name: "lookup", kind: "http_get_json", config });
const paths = (tools: ToolConfig[]): string[] => {
  try {
    resolveTools(tools);
    return [];
  } catch (error) {
    if (!isAppError(error, "UNPROCESSABLE")) throw error;
    return (error.details.fields ?? []).map(({ path }) => path);
  }
};

describe("resolving the tools of an agent", () => {
  it("writes down all that running needs", () => {
    const input = { id: { type: "string", description: "Order number" }, full: { type: "boolean", required: false } };
    const [tool] = resolveTools([
      { ...get({ url: "https://shop.example.com/o/{id}?full={full}", input }), description: "Finds an order" },
    ]);
    expect(tool).toMatchObject({
      name: "lookup",
      description: "Finds an order",
      effect: "read",
      timeoutMs: 10_000,
      inputSchema: {
        type: "object",
        properties: { id: { type: "string", maxLength: 500, description: "Order number" }, full: { type: "boolean" } },
        required: ["id"],
        additionalProperties: false,
      },
      config: { maxBytes: 200_000, pick: "" },
    });
    // A release is stored as JSON and must come back the same.
    expect(JSON.parse(JSON.stringify(tool))).toEqual(tool);
  });

  it("knows the effect of a POST from its configuration", () => {
    const config = { url: "https://shop.example.com/o" };
    const tools = resolveTools([
      { name: "a", kind: "http_post_json", config: { ...config, idempotency: "key" } },
      { name: "b", kind: "http_post_json", config },
    ]);
    expect(tools.map(({ effect }) => effect)).toEqual(["keyed", "unsafe"]);
  });

  it("reports every fault with its path", () => {
    expect(
      paths([
        { name: "a", kind: "nonsense", config: {} },
        { name: "a", kind: "__proto__", config: {} },
        get({ url: "https://shop.example.com/{id}", timeoutMs: 1, surprise: true }),
      ]),
    ).toEqual([
      "tools.0.kind",
      "tools.1.name",
      "tools.1.kind",
      "tools.2.config.timeoutMs",
      "tools.2.config",
      "tools.2.config.url",
    ]);
  });

  it.each([
    ["a host out of the model's mouth", { url: "https://{host}/x", input: { host: { type: "string" } } }],
    ["part of a host", { url: "https://{shop}.example.com/x", input: { shop: { type: "string" } } }],
    ["a port", { url: "https://shop.example.com:{port}/x", input: { port: { type: "integer" } } }],
    ["a scheme", { url: "{s}://shop.example.com/x", input: { s: { type: "string" } } }],
    ["a private address", { url: "https://10.0.0.1/x" }],
    ["a metadata address", { url: "https://169.254.169.254/latest" }],
    ["plain http", { url: "http://shop.example.com/" }],
    ["another scheme", { url: "file:///etc/passwd" }],
    ["credentials", { url: "https://u:p@shop.example.com/" }],
    ["a fragment", { url: "https://shop.example.com/#x" }],
    ["an unknown field", { url: "https://shop.example.com/{id}" }],
    [
      "an optional field in the path",
      { url: "https://shop.example.com/{id}", input: { id: { type: "string", required: false } } },
    ],
    ["an open brace", { url: "https://shop.example.com/{id" }],
  ])("refuses an address with %s", (_, config) => expect(paths([get(config)])).toEqual(["tools.0.config.url"]));

  it("refuses headers that carry credentials or break the request", () => {
    for (const name of [
      "Authorization",
      "cookie",
      "Host",
      "Content-Length",
      "Idempotency-Key",
      "cf-connecting-ip",
      "X-Charla-Viewer",
    ]) {
      expect(paths([get({ url: "https://shop.example.com/", headers: { [name]: "x" } })])).toEqual([
        `tools.0.config.headers.${name}`,
      ]);
    }
    expect(paths([get({ url: "https://shop.example.com/", headers: { "x-a": "a\r\nb: c" } })])).not.toEqual([]);
  });

  it("refuses a body with a value nobody fills in", () => {
    const config = { url: "https://shop.example.com/", body: { a: ["{missing}"] } };
    expect(paths([{ name: "p", kind: "http_post_json", config }])).toEqual(["tools.0.config.body"]);
  });
});
