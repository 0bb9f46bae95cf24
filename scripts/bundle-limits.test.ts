import { expect, test } from "vitest";
import { sizeOf } from "./bundle-limits.ts";

test.each([
  ["charla-router", 150],
  ["charla-gateway", 200],
  ["widget", 40],
])("%s may have %d KB and no more", (name, limit) => {
  expect(sizeOf(name, limit).over).toBe(false);
  expect(sizeOf(name, limit + 0.1)).toMatchObject({ over: true, line: expect.stringContaining("over the limit") });
});

test("what has no limit is only told", () => {
  expect(sizeOf("charla-agent", 9_999).over).toBe(false);
});
