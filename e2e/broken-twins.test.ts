import { expect, test } from "vitest";

import { SourceTree } from "@charla/testkit/charla/tree";
import { passed } from "@charla/testkit/fault/report";
import { runFaults } from "@charla/testkit/fault/run";
import { TWINS } from "@charla/testkit/fault/twins";

test.each(TWINS.map((twin, index) => ({ ...twin, index })))(
  "the fault run notices a server $name",
  async ({ breakIt, at, kills, shows, index }) => {
    const tree = new SourceTree();
    try {
      breakIt(tree);
      const report = await runFaults({
        port: 21_520 + index * 5,
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
