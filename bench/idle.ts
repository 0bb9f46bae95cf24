import { until } from "@charla/testkit/poll";
import { settle } from "./cells.ts";
import { runLoad } from "./load/run.ts";
import type { Sink } from "./load/sink.ts";
import type { Subject } from "./load/subject.ts";
import { diskBytes, openObjects, residentBytes, runtimePid } from "./measure/cost.ts";

export type IdleCost = {
  conversations: number;
  /** Of the conversation's own object. */
  diskBytes: number;
  /** Of everything that is stored, lists and messages for searching included. */
  storeBytes: number;
  memoryBytes: number;
  residentBytes: number;
};

const WARM_UP = 300;
const CONCURRENCY = 16;
/** The runtime lets go of an object that nobody has called for somewhat more than a minute. */
const EVICTION_MS = 180_000;

async function everybodyLeft(subject: Subject, runtime: number): Promise<void> {
  await until(`${subject.name}'s objects leave memory`, () => openObjects(runtime, subject.objects) === 0, {
    deadlineMs: EVICTION_MS,
    everyMs: 500,
  });
}

/** What one more conversation costs while nobody talks: one turn each, then silence until all objects are gone from memory. */
export async function idleCost(subject: Subject, sink: Sink, conversations: number): Promise<IdleCost> {
  const runtime = runtimePid(subject.pid);
  const talk = (count: number) =>
    runLoad(subject, sink, { concurrency: CONCURRENCY, conversations: count, messages: 1, tool: false });
  const state = (): { disk: number; store: number; memory: number } => ({
    disk: diskBytes(subject.objects),
    store: diskBytes(subject.store),
    memory: residentBytes(runtime),
  });
  await talk(WARM_UP);
  await settle(subject);
  await everybodyLeft(subject, runtime);
  const before = state();
  await talk(conversations);
  await settle(subject);
  const awake = residentBytes(runtime);
  await everybodyLeft(subject, runtime);
  const after = state();
  return {
    conversations,
    diskBytes: (after.disk - before.disk) / conversations,
    storeBytes: (after.store - before.store) / conversations,
    memoryBytes: (after.memory - before.memory) / conversations,
    residentBytes: (awake - before.memory) / conversations,
  };
}
