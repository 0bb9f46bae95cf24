import { readFileSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { expect, test } from "vitest";
import { emulators, workers } from "../config/render.ts";
import { relocated } from "./local-configs.ts";

const root = new URL("../../", import.meta.url).pathname;

test.each([...workers, ...emulators])("$name finds its files from another folder", ({ file }) => {
  const folder = dirname(`${root}${file}`);
  const moved = relocated(readFileSync(`${root}${file}`, "utf8"), folder, "http://localhost:9");
  const paths = [...moved.matchAll(/^(?:main|directory|migrations_dir) = "(.+)"$/gm)].map(([, path = ""]) => path);
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !isAbsolute(path) || !path.startsWith(root))).toEqual([]);
  expect(moved).not.toMatch(/= "\.\.?\//);
});

test.each(workers)("$name gives addresses out under the name of the start", ({ file }) => {
  const text = readFileSync(`${root}${file}`, "utf8");
  const moved = relocated(text, root, "http://localhost:9");
  expect([...moved.matchAll(/^PUBLIC_BASE_URL = (.*)$/gm)].map(([, value]) => value)).toEqual(
    Array.from(text.matchAll(/^PUBLIC_BASE_URL/gm), () => '"http://localhost:9"'),
  );
  expect(moved).toContain("PUBLIC_BASE_URL");
});
