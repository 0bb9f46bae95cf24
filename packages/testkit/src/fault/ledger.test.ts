import { expect, test } from "vitest";

import type { Callback } from "../integrator/server.ts";
import { judge, type Ledgers, type SentMessage } from "./ledger.ts";

const sent = (n: number, wish: SentMessage["wish"] = "plain"): SentMessage => ({
  account: "a",
  conversation: "c1",
  n,
  id: `c1-${n}`,
  wish,
  acceptedAt: 1,
});
function callback(webhookId: string, inReplyTo: string[], repeat = 0): Callback {
  const payload = {
    type: "message" as const,
    id: webhookId,
    channel: "chn",
    conversation: "c1",
    inReplyTo,
    text: "re",
    author: "ai",
  };
  return { at: 1, account: "a", webhookId, repeat, body: "", payload, outcome: 200 };
}
const ledgers = (more: Partial<Ledgers>): Ledgers => ({
  sent: [],
  callbacks: [],
  effects: [],
  toolRequests: [],
  ...more,
});

test("a clean run has nothing to report", () => {
  const verdict = judge(
    ledgers({
      sent: [sent(1), sent(2)],
      callbacks: [callback("w1", ["c1-1"]), callback("w1", ["c1-1"], 1), callback("w2", ["c1-2"])],
    }),
  );
  expect(verdict).toMatchObject({
    acknowledged: 2,
    replies: 2,
    repeatedCallbacks: 1,
    lost: [],
    answeredTwice: [],
    outOfOrder: [],
    unprompted: [],
  });
});

test.each<[keyof ReturnType<typeof judge>, Partial<Ledgers>, string]>([
  ["lost", { sent: [sent(1)] }, "c1-1"],
  ["answeredTwice", { sent: [sent(1)], callbacks: [callback("w1", ["c1-1"]), callback("w2", ["c1-1"])] }, "c1-1"],
  ["answeredTwice", { sent: [sent(1)], callbacks: [callback("w1", ["c1-1", "c1-1"])] }, "c1-1"],
  [
    "outOfOrder",
    { sent: [sent(1), sent(2)], callbacks: [callback("w1", ["c1-2"]), callback("w2", ["c1-1"])] },
    "c1-1 after 2",
  ],
  ["unprompted", { callbacks: [callback("w1", [])] }, "w1"],
  ["effectsMissing", { sent: [sent(1, "keyed")], callbacks: [callback("w1", ["c1-1"])] }, "keyed for c1-1"],
])("reports what is %s", (what, found, expected) => {
  expect(judge(ledgers(found))[what]).toEqual([expected]);
});

test("an effect under two keys for one wish counts as twice", () => {
  const effect = (key: string | null): { at: number; path: "keyed"; key: string | null; ref: string } => ({
    at: 1,
    path: "keyed",
    key,
    ref: "m:c1-1",
  });
  expect(judge(ledgers({ effects: [effect("k1"), effect("k2")] })).effectsTwice).toEqual(["keyed for m:c1-1: 2"]);
});

test("a message that was never acknowledged may stay without an answer", () => {
  const { acceptedAt: _none, ...unacknowledged } = sent(1);
  expect(judge(ledgers({ sent: [unacknowledged] })).lost).toEqual([]);
});
