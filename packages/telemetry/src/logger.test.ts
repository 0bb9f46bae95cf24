import { AppError } from "@charla/domain/errors";
import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";
import { MASK, redact, Secret } from "./secret.ts";

function capture(): { lines: string[]; log: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  return { lines, log: createLogger({ worker: "router", sink: (_, line) => lines.push(line) }) };
}

describe("the logger", () => {
  it("writes one JSON object per line", () => {
    const { lines, log } = capture();
    log.info("webhook:handled", { trackingId: "trk_1", tenantId: "ten_1", status: 200, ms: 4 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain("\n");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "info",
      worker: "router",
      event: "webhook:handled",
      status: 200,
    });
  });

  it("shows an expected error as its code and no stack", () => {
    const { lines, log } = capture();
    log.warn("arrival:spilled", { error: new AppError("UNAVAILABLE", "accept took longer than 2000 ms") });
    const { error } = JSON.parse(lines[0] ?? "");
    expect(error).toEqual({ name: "AppError", code: "UNAVAILABLE", message: "accept took longer than 2000 ms" });
  });

  it("keeps credentials and addresses of a foreign error's text out of the line", () => {
    const { lines, log } = capture();
    log.error("webhook:failed", {
      error: new Error("401 for Bearer abc.def.ghijkl of ana@example.com, +34 600 111 222"),
    });
    expect(lines[0]).not.toMatch(/abc\.def|ana@example|600 111/);
    expect(JSON.parse(lines[0] ?? "").error.name).toBe("Error");
  });
});

describe("redaction", () => {
  it.each([
    ["a webhook secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ["an API key", "ck_01hzy3v5c9abcdef"],
    ["a vendor's key", "sk-proj-abcdefghijkl"],
    ["a token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"],
    ["a signature", "v1,dGhpcyBpcyBhIHNpZ25hdHVyZSBvZiB0aGlydHkyYnl="],
    ["a key-encryption key", "v1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="],
    ["a password in a URL", "ana:hunter2"],
  ])("masks %s", (_, secret) => {
    const text = secret.includes("ana:") ? `https://${secret}@db.example` : `before ${secret} after`;
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain(MASK);
  });

  it("leaves ids, times and numbers alone", () => {
    const line =
      '{"time":1795225852123,"tenantId":"ten_01k9zx7q2v8m4n6p0r5t3w1yab","at":"2026-11-20T10:00:00.000Z","ms":12}';
    expect(redact(line)).toBe(line);
  });
});

it("shows a Secret only to whoever asks for it by name", () => {
  const secret = new Secret("hunter2");
  expect(`${String(secret)} ${JSON.stringify({ secret })}`).not.toContain("hunter2");
  expect(secret.reveal()).toBe("hunter2");
});
