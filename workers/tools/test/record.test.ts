import type { ToolRequest, ToolResult } from "@charla/domain/tool-call";
import { afterEach, describe, expect, it, vi } from "vitest";
import { record } from "../src/record.ts";

const request: ToolRequest = {
  tenantId: "ten_1",
  conversationId: "cnv_1",
  turnId: "trn_1",
  trackingId: "trk_1",
  name: "order_status",
  kind: "http_get_json",
  config: { url: "https://shop.example.com/canary-config" },
  effect: "read",
  input: { phone: "canary-input" },
  idempotencyKey: "canary-key",
  deadlineMs: 1000,
};

const results: ToolResult[] = [
  { status: "ok", output: { name: "canary-output" }, ms: 12 },
  { status: "error", code: "HTTP_404", message: "canary-message", retryable: false, ms: 3 },
  { status: "unknown", message: "canary-message", ms: 4 },
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the record of a tool call", () => {
  it.each(results)("is one point, and a line unless it went well ($status)", (result) => {
    const lines: string[] = [];
    vi.spyOn(console, "warn").mockImplementation((line: string) => void lines.push(line));
    const points: unknown[] = [];
    record({ writeDataPoint: (point) => void points.push(point) }, request, result);
    expect(points).toEqual([
      { indexes: ["ten_1"], blobs: ["tool", "http_get_json", "order_status", result.status], doubles: [result.ms] },
    ]);
    expect(lines).toHaveLength(result.status === "ok" ? 0 : 1);
    expect(JSON.stringify([points, lines])).not.toContain("canary");
    if (lines[0] !== undefined)
      expect(JSON.parse(lines[0])).toMatchObject({
        event: "tool:failed",
        tenantId: "ten_1",
        trackingId: "trk_1",
        outcome: result.status,
      });
  });
});
