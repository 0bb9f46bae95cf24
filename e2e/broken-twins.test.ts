import { expect, test, vi } from "vitest";

import { SourceTree } from "@charla/testkit/charla/tree";
import { passed } from "@charla/testkit/fault/report";
import { runFaults } from "@charla/testkit/fault/run";
import { TWINS } from "@charla/testkit/fault/twins";

import { freePort } from "./free-port.ts";

// They mostly wait, and what a busy machine delays only makes a twin look worse.
vi.setConfig({ maxConcurrency: 3 });

test.concurrent.each(TWINS)(
  "the fault run notices a server $name",
  async ({ breakIt, channels, at, kills, shows }) => {
    const tree = new SourceTree();
    try {
      breakIt(tree);
      const report = await runFaults({
        port: await freePort(),
        channels,
        kills,
        conversations: 10,
        points: at.length > 0 ? 1 : 0,
        at,
        builds: 0,
        seed: 11,
        tree,
        patienceMs: 9_000,
      });
      const found = {
        ...report.verdict,
        stranded: [...report.random.rests.stranded, ...report.points.flatMap(({ failures }) => failures)],
      };
      for (const what of shows) expect(found[what], what).not.toHaveLength(0);
      expect(passed(report)).toBe(false);
    } finally {
      tree.remove();
    }
  },
  120_000,
);
