import { expect, test } from "vitest";
import { cronTimes } from "./cron-times.ts";

test.each([
  ["* * * * *", "2026-11-21T20:53:00Z", true],
  ["*/5 * * * *", "2026-11-21T20:55:00Z", true],
  ["*/5 * * * *", "2026-11-21T20:53:00Z", false],
  ["7 * * * *", "2026-11-21T20:07:00Z", true],
  ["7 * * * *", "2026-11-21T20:08:00Z", false],
  ["3/10 * * * *", "2026-11-21T20:23:00Z", true],
  ["3/10 * * * *", "2026-11-21T20:20:00Z", false],
  ["0 2-4,20 * * *", "2026-11-21T20:00:00Z", true],
  ["0 2-4,20 * * *", "2026-11-21T05:00:00Z", false],
  ["10-20/5 * * * *", "2026-11-21T20:15:00Z", true],
  ["10-20/5 * * * *", "2026-11-21T20:25:00Z", false],
  ["0 0 1 11 *", "2026-11-01T00:00:00Z", true],
  ["0 0 1 11 *", "2026-12-01T00:00:00Z", false],
])("%s at %s: %s", (expression, at, due) => expect(cronTimes(expression)(new Date(at))).toBe(due));

test.each(["", "* * * *", "* * * * 1", "* * * * * *", "x * * * *", "*/0 * * * *", "1-* * * * *"])(
  "%j is refused and not left out in silence",
  (expression) => expect(() => cronTimes(expression)).toThrow(),
);
