import type { AlertKind } from "@charla/domain/channel-alert";
import { describe, expect, it } from "vitest";
import { type ChannelFacts, judges, type Standing, type Verdict } from "./judge.ts";
import { HOUR_MS, type Rhythm } from "./rhythm.ts";

const NOW = Date.UTC(2026, 10, 18, 12);
const MINUTE = 60_000;
const DAY = 24 * HOUR_MS;
const steady: Rhythm = { perHour: Array.from({ length: 168 }, () => 4), weekly: 672, pause: 0 };

const well: ChannelFacts = {
  rhythm: steady,
  awaited: true,
  changedAt: NOW - 90 * DAY,
  lastInAt: NOW - MINUTE,
  received: 20,
  sent: 20,
  refused: 0,
  failures: [],
  lastSentAt: NOW - MINUTE,
  lastMovedAt: NOW - MINUTE,
  waiting: null,
  connectedAt: null,
  expiresAt: null,
};
const judge = (kind: AlertKind, change: Partial<ChannelFacts>, standing: Standing | null = null): Verdict =>
  judges[kind]({ ...well, ...change }, standing, NOW);
const stateOf = (...args: Parameters<typeof judge>): string => judge(...args).state;
const failed = (what: string, hour: number, lastAt = NOW - 2 * MINUTE) => ({ class: what, day: hour, hour, lastAt });
const standing = (facts: Standing["facts"] = {}, openedAt = NOW - 30 * MINUTE): Standing => ({ openedAt, facts });

describe("a channel that is well", () => {
  it.each(["quiet", "signature", "access", "expiry", "sending"] as const)("has no %s", (kind) => {
    expect(stateOf(kind, {})).toBe("good");
  });
});

describe("silence", () => {
  const silent = { lastInAt: NOW - 4 * HOUR_MS };
  it("is trouble when it is unusual", () => {
    expect(judge("quiet", silent)).toEqual({ state: "bad", facts: { lastInAt: silent.lastInAt, expected: 16 } });
  });
  it("is none where nothing is known, nobody is awaited, or the settings have just changed", () => {
    expect(stateOf("quiet", { ...silent, rhythm: null })).toBe("good");
    expect(stateOf("quiet", { ...silent, awaited: false })).toBe("good");
    expect(stateOf("quiet", { ...silent, changedAt: NOW - MINUTE })).toBe("good");
    expect(stateOf("quiet", { ...silent, lastInAt: null })).toBe("good");
  });
  it("is over when somebody writes, not when somebody only looks at the settings", () => {
    expect(stateOf("quiet", { ...silent, changedAt: NOW - MINUTE }, standing())).toBe("unclear");
    expect(stateOf("quiet", { lastInAt: NOW - MINUTE }, standing())).toBe("good");
    expect(stateOf("quiet", { ...silent, awaited: false }, standing())).toBe("good");
  });
});

describe("wrong signatures", () => {
  it("are trouble when there are many, and more than right ones", () => {
    expect(stateOf("signature", { refused: 9, received: 0 })).not.toBe("bad");
    expect(judge("signature", { refused: 12, received: 3 })).toEqual({
      state: "bad",
      facts: { refused: 12, received: 3 },
    });
    expect(stateOf("signature", { refused: 12, received: 13 })).toBe("good");
  });
  it("are over when they have become few or the right ones many, and unclear between", () => {
    expect(stateOf("signature", { refused: 7, received: 2 }, standing())).toBe("unclear");
    expect(stateOf("signature", { refused: 4, received: 2 }, standing())).toBe("good");
    expect(stateOf("signature", { refused: 20, received: 21 }, standing())).toBe("good");
  });
});

describe("refused credentials", () => {
  it("are trouble at the first refusal after which nothing was sent", () => {
    expect(judge("access", { failures: [failed("auth", 1, NOW - MINUTE)], lastSentAt: NOW - 5 * MINUTE })).toEqual({
      state: "bad",
      facts: { failedAt: NOW - MINUTE, failed: 1 },
    });
    expect(stateOf("access", { failures: [failed("auth", 1)], lastSentAt: NOW - MINUTE })).toBe("good");
    expect(stateOf("access", { failures: [failed("invalid", 3)], lastSentAt: null })).toBe("good");
  });
  it("are over by what is sent after them or by connecting again, and by nothing else", () => {
    const open = standing({ failedAt: NOW - HOUR_MS });
    expect(stateOf("access", { lastSentAt: NOW - 2 * HOUR_MS }, open)).toBe("bad");
    expect(stateOf("access", { lastSentAt: null, connectedAt: NOW - 2 * HOUR_MS }, open)).toBe("bad");
    expect(stateOf("access", { lastSentAt: null, connectedAt: NOW - MINUTE }, open)).toBe("good");
    expect(stateOf("access", { lastSentAt: NOW - MINUTE }, open)).toBe("good");
  });
});

describe("a permission that ends", () => {
  it("is told a week before and until it is renewed", () => {
    expect(stateOf("expiry", { expiresAt: NOW + 8 * DAY })).toBe("good");
    expect(judge("expiry", { expiresAt: NOW + 6 * DAY })).toEqual({
      state: "bad",
      facts: { expiresAt: NOW + 6 * DAY },
    });
    expect(stateOf("expiry", { expiresAt: NOW - DAY }, standing())).toBe("bad");
    expect(stateOf("expiry", { expiresAt: null }, standing())).toBe("good");
  });
});

describe("sending", () => {
  it("is in trouble when many fail and they are a good part", () => {
    expect(stateOf("sending", { failures: [failed("invalid", 4)], sent: 0 })).not.toBe("bad");
    expect(stateOf("sending", { failures: [failed("invalid", 5)], sent: 100 })).not.toBe("bad");
    expect(judge("sending", { failures: [failed("policy", 1), failed("invalid", 5)], sent: 2 })).toMatchObject({
      state: "bad",
      facts: { failed: 6, sent: 2, error: "invalid", failedAt: NOW - 2 * MINUTE },
    });
  });
  it("is not in trouble for what people have chosen, nor twice for refused credentials", () => {
    const failures = [failed("optout", 9), failed("window", 9), failed("auth", 9)];
    expect(stateOf("sending", { failures, sent: 0 })).not.toBe("bad");
  });
  it("is in trouble when messages wait for long and none leaves", () => {
    const waiting = { count: 3, since: NOW - 20 * MINUTE };
    expect(judge("sending", { waiting, lastSentAt: NOW - HOUR_MS })).toMatchObject({
      state: "bad",
      facts: { waiting: 3 },
    });
    expect(stateOf("sending", { waiting, lastSentAt: NOW - MINUTE })).not.toBe("bad");
    expect(stateOf("sending", { waiting: { count: 3, since: NOW - 5 * MINUTE }, lastSentAt: null })).not.toBe("bad");
  });
  it("is well again when a message got through after the last failure", () => {
    const open = standing({ failedAt: NOW - 10 * MINUTE });
    const failures = [failed("invalid", 1, NOW - 10 * MINUTE)];
    expect(stateOf("sending", { failures, lastSentAt: NOW - 12 * MINUTE }, open)).toBe("unclear");
    expect(stateOf("sending", { failures, lastSentAt: NOW - MINUTE }, open)).toBe("good");
    // All is quiet: that proves nothing.
    expect(stateOf("sending", { sent: 0, lastSentAt: null, lastMovedAt: null }, open)).toBe("unclear");
  });
  it("is well again when what waited has left", () => {
    const open = standing({ waiting: 3 });
    expect(stateOf("sending", { lastSentAt: NOW - HOUR_MS, lastMovedAt: NOW - HOUR_MS }, open)).toBe("unclear");
    expect(stateOf("sending", { lastSentAt: NOW - HOUR_MS, lastMovedAt: NOW - MINUTE }, open)).toBe("good");
  });
});
