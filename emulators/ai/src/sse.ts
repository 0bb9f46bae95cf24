export interface Pace {
  /** Wait before the first event, as a model needs time to read. */
  firstChunkMs?: number;
  /** Wait before each further event. */
  chunkMs?: number;
}

export const wait = (ms: number): Promise<void> =>
  ms > 0 ? new Promise((done) => setTimeout(done, ms)) : Promise.resolve();

/** Server-sent events, produced as they are read: a reader that goes away stops the work. */
export function eventStream(events: readonly object[], pace: Pace = {}): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await wait((next === 0 ? pace.firstChunkMs : pace.chunkMs) ?? 0);
      const event = events[next++];
      controller.enqueue(encoder.encode(`data: ${event === undefined ? "[DONE]" : JSON.stringify(event)}\n\n`));
      if (event === undefined) controller.close();
    },
    cancel() {
      next = events.length;
    },
  });
}
