import { afterEach, beforeEach, expect, test } from "vitest";

import { SourceTree } from "../charla/tree.ts";
import { changeBuild } from "./builds.ts";
import { TWINS } from "./twins.ts";

/** The fault run takes minutes; that a statement it changes has moved is known here within a second. */
let tree: SourceTree;
beforeEach(() => {
  tree = new SourceTree();
});
afterEach(() => tree.remove());

test("every twin finds what it takes out", () => {
  for (const { breakIt } of TWINS) breakIt(tree);
  expect(TWINS.length).toBeGreaterThan(0);
});

test("every changed build differs from the one before", () => {
  const files = ["packages/agent/src/prompt.ts", "workers/agent/src/conversation/tool-steps.ts"];
  const seen = [files.map((file) => tree.read(file)).join()];
  for (const round of [1, 2, 3]) {
    changeBuild(tree, round);
    seen.push(files.map((file) => tree.read(file)).join());
  }
  expect(new Set(seen).size).toBe(seen.length);
});
