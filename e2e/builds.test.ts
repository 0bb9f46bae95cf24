import { afterAll, beforeAll, expect, test } from "vitest";

import { Charla } from "@charla/testkit/charla/charla";
import { Api, listAt } from "@charla/testkit/charla/api";
import { furnishHttpAccount } from "@charla/testkit/charla/furnish";
import { SourceTree } from "@charla/testkit/charla/tree";
import { Integrator } from "@charla/testkit/integrator/server";
import { echo } from "@charla/testkit/model/behaviour";
import { ModelServer } from "@charla/testkit/model/server";
import { until } from "@charla/testkit/poll";

import { freePort } from "./free-port.ts";
import { Thread } from "./thread.ts";

const FILE = "workers/agent/src/conversation/journal-version.ts";
const TODAY = "const TURN: Versions = { writes: 1, reads: [1] };";
const LATER = "const TURN: Versions = { writes: 2, reads: [1, 2] };";

let tree: SourceTree;
let charla: Charla;
let model: ModelServer;
let integrator: Integrator;
let thread: Thread;

/** A later release, which plays turns in a way of its own, is what the conversation begins on. */
beforeAll(async () => {
  model = await ModelServer.start();
  integrator = await Integrator.start();
  tree = new SourceTree();
  tree.replace(FILE, TODAY, LATER);
  charla = await Charla.start({ port: await freePort(), tree });
  const account = await furnishHttpAccount(new Api(charla.url, charla.platformKey), charla.url, {
    slug: "builds",
    modelBaseUrl: model.baseUrl,
    integrator,
  });
  thread = new Thread({ model, integrator, url: charla.url }, account, "scripted");
});
afterAll(async () => {
  await charla.stop();
  tree.remove();
  await Promise.all([model.close(), integrator.close()]);
});

const parkedNow = async (): Promise<unknown[]> =>
  listAt(await thread.account.tenant.api.get("/v1/conversations?state=parked"), "data");

/** Starts and first projections on a busy machine. */
const PATIENT = { deadlineMs: 45_000 };

const gauge = async (): Promise<string | undefined> =>
  /^charla_conversations_parked (\d+)$/m.exec(await (await fetch(`${charla.url}/metrics`)).text())?.[1];

test("a roll-back to a build that cannot play the open turn parks it, and the later build finishes it", async () => {
  let stalls = true;
  model.script("scripted", (call) => (stalls ? { stall: "before" } : echo()(call)));
  await thread.say(1);
  await until("the model is asked", () => thread.calls().length === 1, PATIENT);
  // A turn that was interrupted is written down before it goes on.
  charla.killRuntime();
  await until("the model is asked again", () => thread.calls().length === 2, PATIENT);
  await thread.conversationId();

  await charla.restart((sources) => sources.replace(FILE, LATER, TODAY));
  stalls = false;
  await thread.say(2);
  const [parked] = await until(
    "the conversation is shown as parked",
    async () => {
      const found = await parkedNow();
      return found.length > 0 && found;
    },
    PATIENT,
  );
  expect(parked).toMatchObject({ state: "parked", parkedReason: expect.stringMatching(/turn.*version 2/) });
  expect(await gauge()).toBe("1");
  await expect(thread.act("take-over")).rejects.toThrow("503");
  expect(thread.calls()).toHaveLength(2);
  expect(thread.callbacks()).toEqual([]);

  await charla.restart((sources) => sources.replace(FILE, TODAY, LATER));
  await thread.replyTo(1, PATIENT.deadlineMs);
  await thread.replyTo(2, PATIENT.deadlineMs);
  expect(thread.replies().flatMap(({ payload }) => payload.inReplyTo)).toEqual([thread.id(1), thread.id(2)]);
  await until("the conversation is shown as going on", async () => (await parkedNow()).length === 0, PATIENT);
  expect(await gauge()).toBe("0");
  expect([...model.problems, ...integrator.problems]).toEqual([]);
}, 300_000);
