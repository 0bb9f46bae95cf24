import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { expect, test } from "vitest";

const entries = ["start.mjs", "test.mjs", "bootstrap.mjs"];

// What an older Node does not know has to be rewritten for it; what it knows comes out the same.
const compiled = (code: string, target: string): string => transformSync(code, { format: "esm", target }).code;

test.each(entries)("%s is written in what Node 18 understands", (name) => {
  const code = readFileSync(new URL(name, import.meta.url), "utf8");
  expect(compiled(code, "node18")).toBe(compiled(code, "esnext"));
});

test("newer syntax would be noticed", () => {
  const code = "using file = open();";
  expect(compiled(code, "node18")).not.toBe(compiled(code, "esnext"));
});
