import { expect, test } from "vitest";
import { toToml } from "./toml.ts";

test("writes fields before the sections that would swallow them", () => {
  expect(toToml({ vars: { A: "1" }, name: "w", flags: ["x", "y"] })).toEqual([
    'name = "w"',
    'flags = ["x", "y"]',
    "",
    "[vars]",
    'A = "1"',
  ]);
});

test("repeats a section for every table of a list and writes what is inside it inline", () => {
  expect(toToml({ limits: [{ name: "A", simple: { limit: 1, period: 10 } }, { name: "B" }] })).toEqual([
    "",
    "[[limits]]",
    'name = "A"',
    "simple = { limit = 1, period = 10 }",
    "",
    "[[limits]]",
    'name = "B"',
  ]);
});

test("names nested sections in full and skips those without fields of their own", () => {
  expect(toToml({ env: { production: { vars: { A: true } } } })).toEqual(["", "[env.production.vars]", "A = true"]);
});

test("leaves out what is undefined and quotes what a shell command contains", () => {
  expect(toToml({ a: undefined, command: 'test "$X" \\ y' })).toEqual(['command = "test \\"$X\\" \\\\ y"']);
});
