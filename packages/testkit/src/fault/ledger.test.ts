import { expect, test } from "vitest";

import { judge, type Ledgers, type SentMessage, type Verdict } from "./ledger.ts";
import type { Outside, Reply } from "./outside/outside.ts";

const sent = (n: number, wish: SentMessage["wish"] = "plain"): SentMessage => ({
  account: "a",
  conversation: "c1",
  n,
  id: `c1-${n}`,
  wish,
  acceptedAt: 1,
});
const reply = (id: string, inReplyTo: string[], more: Partial<Reply> = {}): Reply => ({
  at: 1,
  endedAt: 2,
  knownAt: 2,
  account: "a",
  conversation: "c1",
  id,
  inReplyTo,
  automatic: true,
  ...more,
});

type Wish = Partial<Omit<Ledgers, "outsides">> & { replies?: Reply[]; repetition?: Outside["repetition"] };
const verdict = ({ replies = [], repetition = "keyed", ...more }: Wish): Verdict =>
  judge({
    sent: [],
    outsides: [{ replies, repetition }],
    effects: [],
    toolRequests: [],
    kills: [],
    takeOvers: [],
    held: new Set(),
    ...more,
  });

test("a clean run has nothing to report", () => {
  const replies = [reply("w1", ["c1-1"]), reply("w1", ["c1-1"]), reply("w2", ["c1-2"])];
  expect(verdict({ sent: [sent(1), sent(2)], replies })).toMatchObject({
    acknowledged: 2,
    replies: 2,
    repeated: 1,
    lost: [],
    answeredTwice: [],
    outOfOrder: [],
    spokeOutOfTurn: [],
    unprompted: [],
  });
});

test.each<[keyof Verdict, Wish, string]>([
  ["lost", { sent: [sent(1)] }, "c1-1"],
  ["answeredTwice", { sent: [sent(1)], replies: [reply("w1", ["c1-1"]), reply("w2", ["c1-1"])] }, "c1-1"],
  ["answeredTwice", { sent: [sent(1)], replies: [reply("w1", ["c1-1", "c1-1"])] }, "c1-1"],
  ["outOfOrder", { sent: [sent(1), sent(2)], replies: [reply("w1", ["c1-2"]), reply("w2", ["c1-1"])] }, "c1-1 after 2"],
  ["unprompted", { replies: [reply("w1", [])] }, "w1"],
  ["effectsMissing", { sent: [sent(1, "keyed")], replies: [reply("w1", ["c1-1"])] }, "keyed for c1-1"],
])("reports what is %s", (what, found, expected) => {
  expect(verdict(found)[what]).toEqual([expected]);
});

test("an effect under two keys for one wish counts as twice", () => {
  const effect = (key: string | null): { at: number; path: "keyed"; key: string | null; ref: string } => ({
    at: 1,
    path: "keyed",
    key,
    ref: "m:c1-1",
  });
  expect(verdict({ effects: [effect("k1"), effect("k2")] }).effectsTwice).toEqual(["keyed for m:c1-1: 2"]);
});

test("a message that was never acknowledged may stay without an answer", () => {
  const { acceptedAt: _none, ...unacknowledged } = sent(1);
  expect(verdict({ sent: [unacknowledged] }).lost).toEqual([]);
});

test("what is held and shown is not lost, and is counted apart", () => {
  expect(verdict({ sent: [sent(1)], held: new Set(["c1-1"]) })).toMatchObject({ held: ["c1-1 of a"], lost: [] });
});

const twice = (again: number): Reply[] => {
  const first = { at: 10_000, endedAt: 10_200, knownAt: 10_200 };
  return [reply("words", ["c1-1"], first), reply("words", ["c1-1"], { at: again, endedAt: again, knownAt: again })];
};

test.each<[string, Outside["repetition"], number[], boolean]>([
  ["under its key", "keyed", [], true],
  ["where it is promised not to", "never", [10_100], false],
  ["because of a death while it was sent", "after-death", [10_100], true],
  ["because of a death just before its answer was stored", "after-death", [10_900], true],
  ["although nobody died", "after-death", [], false],
  ["although whoever died had sent it long before", "after-death", [12_000], false],
  ["although whoever died had not begun", "after-death", [8_000], false],
])("the same words again %s (%s)", (_, repetition, kills, excused) => {
  const found = verdict({ sent: [sent(1)], replies: twice(15_000), repetition, kills });
  expect(found).toMatchObject({ repeated: excused ? 1 : 0, answeredTwice: excused ? [] : ["c1-1"] });
});

test("a death excuses what comes after it, not before", () => {
  const found = verdict({ sent: [sent(1)], replies: twice(10_300), repetition: "after-death", kills: [10_800] });
  expect(found.answeredTwice).toEqual(["c1-1"]);
});

test.each<[string, Partial<Reply>, string[]]>([
  ["during it", { at: 150 }, ["w1 in c1"]],
  ["again during it, under its key", { at: 150, id: "w1" }, ["w1 in c1"]],
  ["before it", { at: 100 }, []],
  ["after it", { at: 200 }, []],
  ["during it, by the person", { at: 150, automatic: false }, []],
  ["during it, elsewhere", { at: 150, conversation: "c2" }, []],
])("a take-over: who speaks %s", (_, more, expected) => {
  const takeOvers = [{ account: "a", conversation: "c1", from: 100, until: 200 }];
  expect(verdict({ replies: [reply("w1", ["c1-1"], more)], takeOvers }).spokeOutOfTurn).toEqual(expected);
});
