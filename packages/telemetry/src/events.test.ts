import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

import { EVENTS } from "./events.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

it("names no event that nothing writes", () => {
  const sources = globSync(["workers/*/src/**/*.ts", "packages/*/src/**/*.ts"], { cwd: root })
    .filter((path) => !path.endsWith(".test.ts") && !path.endsWith("telemetry/src/events.ts"))
    .map((path) => readFileSync(`${root}${path}`, "utf8"))
    .join("\n");
  expect(Object.keys(EVENTS).filter((name) => !sources.includes(`"${name}"`))).toEqual([]);
});
