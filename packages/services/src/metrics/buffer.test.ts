import { describe, expect, it } from "vitest";
import { MetricBuffer } from "./buffer.ts";
import type { MetricDelta } from "./counters.ts";

function setUp(write?: (deltas: MetricDelta[]) => Promise<void>) {
  const written: MetricDelta[][] = [];
  const failures: unknown[] = [];
  const waiting: (() => void)[] = [];
  const work: Promise<void>[] = [];
  const buffer = new MetricBuffer({
    write: write ?? (async (deltas) => void written.push(deltas)),
    later: (promise) => void work.push(promise),
    pause: () => new Promise((resolve) => waiting.push(resolve)),
    failed: (error) => void failures.push(error),
  });
  const elapse = async (): Promise<void> => {
    for (const resolve of waiting.splice(0)) resolve();
    await Promise.all(work.splice(0));
  };
  return { buffer, written, failures, work, elapse };
}

describe("counters of what happens too often", () => {
  it("are written once for everything that was gathered", async () => {
    const { buffer, written, work, elapse } = setUp();
    for (let n = 0; n < 1000; n++) buffer.add("shed", n % 4 === 0 ? 'reason="a"' : 'reason="b"');
    expect(work).toHaveLength(1);
    await elapse();
    expect(written).toEqual([
      [
        { name: "shed", labels: 'reason="a"', value: 250 },
        { name: "shed", labels: 'reason="b"', value: 750 },
      ],
    ]);
    buffer.add("shed", "");
    await elapse();
    expect(written[1]).toEqual([{ name: "shed", labels: "", value: 1 }]);
  });

  it("go on after a write that failed", async () => {
    const { buffer, failures, elapse } = setUp(() => Promise.reject(new Error("database down")));
    buffer.add("shed", "");
    await elapse();
    buffer.add("shed", "");
    await elapse();
    expect(failures).toHaveLength(2);
  });
});
