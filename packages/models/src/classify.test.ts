import { APICallError } from "@ai-sdk/provider";
import { AppError } from "@charla/domain/errors";
import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";
import { ModelError } from "./contract.ts";
import { retryAfterMs } from "./retry-after.ts";

const api = (statusCode: number | undefined, message = "failed", responseBody = ""): APICallError =>
  new APICallError({
    message,
    url: "https://models.example.com",
    requestBodyValues: { secret: "prompt" },
    statusCode,
    responseBody,
  });

describe("an error of a provider", () => {
  it.each([
    [400, "invalid"],
    [401, "auth"],
    [402, "auth"],
    [403, "auth"],
    [404, "invalid"],
    [408, "timeout"],
    [409, "transient"],
    [413, "invalid"],
    [422, "invalid"],
    [425, "transient"],
    [429, "throttle"],
    [500, "transient"],
    [503, "transient"],
    [529, "throttle"],
    [200, "garbage"],
    [undefined, "transient"],
  ])("with status %s is %s", (status, wanted) => expect(classify(api(status)).class).toBe(wanted));

  it.each([
    ["3040: Capacity temporarily exceeded", "throttle"],
    ["AiError: 3040: Capacity temporarily exceeded", "throttle"],
    ["InferenceUpstreamError: 3040: Capacity temporarily exceeded", "throttle"],
    ["3036: account limited", "auth"],
    ["5007: No such model @cf/x or task", "invalid"],
    ["5021: context window exceeded", "invalid"],
    ["5035: needs a paid plan", "auth"],
    ["3007: timeout", "timeout"],
    ["Network connection lost.", "transient"],
    ["Too many requests", "throttle"],
    ["9999: something new", "transient"],
  ])("that says %s is %s", (message, wanted) => {
    expect(classify(new Error(message)).class).toBe(wanted);
    expect(classify(api(undefined, message)).class).toBe(wanted);
    expect(classify({ message }).class).toBe(wanted);
  });

  it("loses the prompt it carries and everything too long", () => {
    const error = classify(api(500, "x".repeat(5000)));
    expect(error.message.length).toBeLessThan(600);
    expect(JSON.stringify(error) + String(error.cause)).not.toContain("prompt");
  });

  it("about an address that may not be used is the configuration's fault", () => {
    expect(classify(new AppError("EGRESS_DENIED", "a private network")).class).toBe("invalid");
  });

  it("of our own is passed on", () => {
    const own = new ModelError("aborted", "stop");
    expect(classify(own)).toBe(own);
  });
});

describe("the wait a server asks for", () => {
  const now = Date.UTC(2026, 10, 21, 12, 0, 0);
  it.each([
    [{ "retry-after": "3" }, 3000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "-4" }, 0],
    [{ "retry-after": "Sat, 21 Nov 2026 12:00:30 GMT" }, 30_000],
    [{ "retry-after": "Sat, 21 Nov 2026 11:00:00 GMT" }, 0],
    [{ "retry-after": "99999999" }, 86_400_000],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{}, undefined],
  ])("%j is %s ms", (headers, wanted) => expect(retryAfterMs(headers, now)).toBe(wanted));
});
