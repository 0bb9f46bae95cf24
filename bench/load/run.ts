import { plainQuestion, toolQuestion } from "../model/marks.ts";
import { closeConnections } from "./post.ts";
import type { Sink } from "./sink.ts";
import type { Subject } from "./subject.ts";

export type Load = {
  /** Conversations that talk at the same time, and how many in all. */
  concurrency: number;
  conversations: number;
  messages: number;
  tool: boolean;
};

export type Timing = { ackMs: number; addedMs: number };
export type LoadResult = { turns: Timing[]; seconds: number };

let serial = 0;

/** Every person waits for the reply before the next question, as people do. */
export async function runLoad(subject: Subject, sink: Sink, load: Load): Promise<LoadResult> {
  const turns: Timing[] = [];
  const prefix = `r${(++serial).toString(36)}x`;
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < load.conversations; index = next++) {
      for (let n = 1; n <= load.messages; n++) {
        turns.push(await turn(subject, sink, { conversation: `${prefix}${index.toString(36)}`, n }, load.tool));
      }
    }
  };
  // The servers hang up on connections that were idle for 15 s, about as long as the other subject's turn may take.
  closeConnections();
  const since = performance.now();
  await Promise.all(Array.from({ length: load.concurrency }, lane));
  return { turns, seconds: (performance.now() - since) / 1000 };
}

async function turn(
  subject: Subject,
  sink: Sink,
  mark: { conversation: string; n: number },
  tool: boolean,
): Promise<Timing> {
  const reply = sink.expect(mark);
  const sentAt = performance.now();
  await subject.send(mark, tool ? toolQuestion(mark) : plainQuestion(mark));
  const ackMs = performance.now() - sentAt;
  const { at, modelMs } = await reply;
  return { ackMs, addedMs: at - sentAt - modelMs };
}

/** Durable accepts and nothing else. */
export async function runAccepts(subject: Subject, conversations: number, messages: number): Promise<number[]> {
  const { accept } = subject;
  if (accept === undefined) throw new Error(`${subject.name} cannot only accept`);
  const prefix = `a${(++serial).toString(36)}x`;
  const times: number[] = [];
  for (let index = 0; index < conversations; index++) {
    for (let n = 1; n <= messages; n++) {
      const mark = { conversation: `${prefix}${index.toString(36)}`, n };
      const since = performance.now();
      await accept(mark, plainQuestion(mark));
      times.push(performance.now() - since);
    }
  }
  return times;
}
