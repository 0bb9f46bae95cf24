import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { at, listAt } from "@charla/testkit/charla/api";
import { refusePuts } from "@charla/testkit/charla/broken-files";
import { HttpOutside, type HttpLine } from "@charla/testkit/fault/outside/http";
import { Random } from "@charla/testkit/fault/random";
import { REST_LIMIT_MS } from "@charla/testkit/fault/random-kills";
import { problemsOf, setStage, strike, verdictOf } from "@charla/testkit/fault/run";
import { wishText, type Wish } from "@charla/testkit/fault/script";
import { answerTo, lastActivity, type Stage } from "@charla/testkit/fault/stage";
import { speak } from "@charla/testkit/fault/traffic";
import { message } from "@charla/testkit/integrator/events";
import { newWebhookId, send, sendUntilAccepted } from "@charla/testkit/integrator/sender";
import type { Integrator } from "@charla/testkit/integrator/server";
import type { KillMoment } from "@charla/testkit/kill-orders";
import { say } from "@charla/testkit/model/behaviour";
import { pause, until, untilQuiet } from "@charla/testkit/poll";

import { freePort } from "../free-port.ts";

// A machine that is busy with other things restarts a server ten times in more than the usual minute.
vi.setConfig({ testTimeout: 180_000 });

let stage: Stage;
let integrator: Integrator;
let line: HttpLine;
beforeAll(async () => {
  stage = await setStage({ port: await freePort(), channels: ["http"] }, new Random(7));
  const [outside] = stage.outsides;
  if (!(outside instanceof HttpOutside)) throw new Error("no integrator");
  ({ integrator } = outside);
  line = outside.firstLine;
});
/** Whatever the cases did: nothing lost, nothing twice, nothing out of order. */
afterAll(async () => {
  const verdict = await verdictOf(stage);
  await strike(stage);
  expect(verdict).toMatchObject({ lost: [], answeredTwice: [], outOfOrder: [], effectsTwice: [], effectsMissing: [] });
  expect(problemsOf(stage)).toEqual([]);
});

/** Until an answer counts as lost; how soon it has to come is judged apart, from recorded instants. */
const PATIENCE_MS = 45_000;
let serial = 0;
const newConversation = (): string => `k${++serial}`;
const account = (): { url: string; secret: string } => ({ url: line.sending.url, secret: line.sending.secret });
const repliesTo = (id: string): string[] =>
  integrator.callbacks
    .filter(({ payload, repeat }) => repeat === 0 && payload.inReplyTo.includes(id))
    .map(({ payload }) => payload.text);
const endOfReplyTo = (id: string): number | undefined =>
  integrator.callbacks.find(({ payload, outcome }) => outcome === 200 && payload.inReplyTo.includes(id))?.endedAt;
const quiet = (): Promise<void> => untilQuiet("the outside", () => lastActivity(stage), 1_000);

/** A fragment, so that its 2xx is out before anything happens; then the kill exactly there. */
async function killedAt(
  subject: RegExp,
  moment: KillMoment,
  conversation: string,
  wish: Wish = "plain",
): Promise<string> {
  const done = stage.kills.order(moment, (seen) => subject.test(seen) && seen.includes(conversation));
  const sent = await speak(stage, { account: 0, conversation, n: 1, wish, fragment: true });
  await done;
  await stage.charla.runtimeIsBack();
  expect(await answerTo(stage, sent.id, PATIENCE_MS)).toBeDefined();
  return sent.id;
}

describe("1, 2: killed while a webhook is being taken in", () => {
  test.each([0, 2, 5, 10, 20, 50])("%i ms after it was sent: the retry makes one turn", async (ms) => {
    const event = message(newConversation(), 1, wishText("plain"));
    const id = newWebhookId();
    const first = send(event, { ...account(), id, timeoutMs: 4_000 }).catch(() => undefined);
    await pause(ms);
    stage.charla.killRuntime();
    await first;
    await stage.charla.runtimeIsBack();
    expect(await sendUntilAccepted(event, { ...account(), id }, AbortSignal.timeout(20_000))).toMatchObject({
      accepted: true,
    });
    expect(await answerTo(stage, event.id, PATIENCE_MS)).toBeDefined();
    await quiet();
    expect(repliesTo(event.id)).toHaveLength(1);
  });
});

test.each<[string, KillMoment]>([
  ["3: on arrival of the model's request", "arrival"],
  ["4: in the middle of the model's answer", "middle"],
  ["5: after the model's answer", "after"],
])("%s", async (_what, moment) => {
  const conversation = newConversation();
  const before = stage.model.totals.calls;
  const id = await killedAt(/^model/, moment, conversation);
  await quiet();
  expect(repliesTo(id)).toHaveLength(1);
  expect(stage.model.totals.calls - before).toBeLessThanOrEqual(2);
});

test("6: on arrival of an unsafe call: never again, and a person is asked to look", async () => {
  const conversation = newConversation();
  await killedAt(/^tool unsafe/, "arrival", conversation, "unsafe");
  await quiet();
  expect(stage.tools.effectsOf(`m:${conversation}-1`)).toHaveLength(1);
  expect(stage.tools.requests.filter(({ ref }) => ref === `m:${conversation}-1`)).toHaveLength(1);
  const { api } = line.tenant;
  await until("a person is asked for", async () => {
    const rows = listAt(await api.get("/v1/conversations?limit=100"), "data") as {
      thread?: string;
      handover?: boolean;
    }[];
    return rows.some((row) => row.thread === conversation && row.handover === true);
  });
});

test.each<KillMoment>(["arrival", "middle", "after"])(
  "7: the channel has taken the message (%s): it comes again under its own id only",
  async (moment) => {
    const conversation = newConversation();
    const id = await killedAt(/^channel/, moment, conversation);
    await quiet();
    expect(repliesTo(id)).toHaveLength(1);
    expect(
      new Set(
        integrator.callbacks
          .filter(({ payload }) => payload.conversation === conversation)
          .map(({ webhookId }) => webhookId),
      ).size,
    ).toBe(1);
  },
);

test("8: between two bubbles: each once, in order", async () => {
  const conversation = newConversation();
  const paragraphs = ["uno", "dos", "tres"].map((word) => `${word} `.repeat(2_500).trim());
  const unscript = stage.scripts.answer(conversation, () => say(paragraphs.join("\n\n")));
  let bubbles = 0;
  const done = stage.kills.order(
    "arrival",
    (seen) => seen.startsWith("channel") && seen.includes(conversation) && ++bubbles === 2,
  );
  const { url, secret } = account();
  await sendUntilAccepted(message(conversation, 1, "qué tal"), { url, secret });
  await done;
  await stage.charla.runtimeIsBack();
  const seen = (): string[] =>
    integrator.callbacks
      .filter(({ payload, repeat }) => payload.conversation === conversation && repeat === 0)
      .map(({ payload }) => payload.text.split(" ")[0] ?? "");
  await until("the last bubble", () => seen().includes("tres"));
  unscript();
  await quiet();
  expect(seen().filter((word, index, all) => word !== all[index - 1])).toEqual(["uno", "dos", "tres"]);
});

test("9: killed ten times in a row, each time as soon as it serves again", async () => {
  const sent = await Promise.all(
    ["keyed", "unsafe", "read", "plain"].map((wish) =>
      speak(stage, { account: 0, conversation: newConversation(), n: 1, wish: wish as Wish, fragment: true }),
    ),
  );
  for (let i = 0; i < 10; i++) {
    stage.charla.killRuntime();
    await stage.charla.isReady();
  }
  const since = Date.now();
  for (const { id } of sent) expect(await answerTo(stage, id, PATIENCE_MS)).toBeDefined();
  const restMs = Math.max(...sent.map(({ id }) => (endOfReplyTo(id) ?? Infinity) - since));
  // What a turn takes that nothing happens to, on this machine and at this hour, comes on top of what is promised.
  const plain = await speak(stage, { account: 0, conversation: newConversation(), n: 1, wish: "keyed" });
  const from = Date.now();
  expect(await answerTo(stage, plain.id, PATIENCE_MS)).toBeDefined();
  const turnMs = (endOfReplyTo(plain.id) ?? Infinity) - from;
  expect(restMs).toBeLessThanOrEqual(REST_LIMIT_MS + sent.length * turnMs);
});

test("10: killed while rows are on their way to the tenant's database: the lists agree with the log", async () => {
  const conversation = newConversation();
  for (let n = 1; n <= 6; n++) {
    const sent = await speak(stage, { account: 0, conversation, n, wish: "plain" });
    expect(await answerTo(stage, sent.id)).toBeDefined();
    stage.charla.killRuntime();
    await stage.charla.isReady();
  }
  const { api } = line.tenant;
  const found = await until("the conversation is listed", async () => {
    const rows = listAt(await api.get("/v1/conversations?limit=100"), "data") as { id: string; thread?: string }[];
    return rows.find((row) => row.thread === conversation);
  });
  const outgoing = integrator.callbacks.filter(
    ({ payload, repeat }) => payload.conversation === conversation && repeat === 0,
  );
  await until(
    "every message is projected",
    async () => {
      const rows = listAt(await api.get(`/v1/conversations/${found.id}/messages?limit=100`), "data") as {
        id: string;
        direction: string;
        state: string;
      }[];
      const out = rows.filter((row) => row.direction === "out" && row.state === "sent").map((row) => row.id);
      return (
        rows.filter((row) => row.direction === "in").length === 6 &&
        out.toSorted().join() ===
          outgoing
            .map(({ webhookId }) => webhookId)
            .toSorted()
            .join()
      );
    },
    { deadlineMs: 30_000 },
  );
});

test("43: object storage takes no puts: new people are answered, and listed by themselves once it does again", async () => {
  const people = Array.from({ length: 3 }, newConversation);
  const { api } = line.tenant;
  const failures = (): number => stage.charla.log().split('"event":"projection:failed"').length;
  const listed = async (threads: string[]): Promise<Record<string, unknown>[]> => {
    const rows = listAt(await api.get("/v1/conversations?limit=100"), "data") as Record<string, unknown>[];
    return rows.filter((row) => threads.includes(String(row["thread"])));
  };
  const early = newConversation();
  await speak(stage, { account: 0, conversation: early, n: 1, wish: "plain" });
  await until("somebody is listed", async () => (await listed([early])).length === 1);
  const repair = refusePuts(stage.charla.stateDir);
  const before = failures();
  try {
    for (const conversation of people)
      for (const n of [1, 2]) {
        const sent = await speak(stage, { account: 0, conversation, n, wish: "plain" });
        expect(await answerTo(stage, sent.id)).toBeDefined();
      }
    // Without a key of their own nothing of them may be written, not even once in the clear.
    await until("their rows were refused", () => failures() > before);
    expect(await listed(people)).toEqual([]);
  } finally {
    repair();
  }
  const rows = await until(
    "they are listed",
    async () => {
      const found = await listed(people);
      return found.length === people.length && found;
    },
    { deadlineMs: 60_000 },
  );
  for (const row of rows) {
    expect(at(row, "contact", "name")).toBe(`Persona ${String(row["thread"])}`);
    await until("with all their messages", async () => {
      const messages = listAt(await api.get(`/v1/conversations/${String(row["id"])}/messages`), "data");
      return messages.length === 4;
    });
  }
});

test("11: the runtime stands still while the model answers and the person writes again", async () => {
  const conversation = newConversation();
  const first = await speak(stage, { account: 0, conversation, n: 1, wish: "keyed" });
  await until("the tool has run", () => stage.tools.effectsOf(`m:${conversation}-1`).length === 1);
  const thaw = stage.charla.freeze();
  await pause(8_000);
  thaw();
  const second = await speak(stage, { account: 0, conversation, n: 2, wish: "plain" });
  for (const { id } of [first, second]) expect(await answerTo(stage, id)).toBeDefined();
  await quiet();
  for (const { id } of [first, second]) expect(repliesTo(id)).toHaveLength(1);
  expect(stage.tools.effectsOf(`m:${conversation}-1`)).toHaveLength(1);
});

test("a message during generation breaks the model's call off: nobody pays for the rest of it", async () => {
  const conversation = newConversation();
  const unscript = stage.scripts.answer(conversation, (call) =>
    say(`re: ${call.unanswered().join(" ")}`, { delayMs: call.userMarks().length === 1 ? 40_000 : 0 }),
  );
  const aborted = stage.model.totals.aborted;
  const first = await speak(stage, { account: 0, conversation, n: 1, wish: "plain" });
  await until("the model thinks", () => stage.model.open() > 0);
  const second = await speak(stage, { account: 0, conversation, n: 2, wish: "plain" });
  const answer = await answerTo(stage, second.id, 20_000);
  expect(answer?.inReplyTo).toEqual([first.id, second.id]);
  await until("the call is broken off", () => stage.model.totals.aborted === aborted + 1);
  unscript();
});
