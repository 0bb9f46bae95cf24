import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { workers } from "../config/render.ts";
import { ensureSecrets } from "./secrets.ts";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "charla-secrets-"));
  for (const { file } of workers) mkdirSync(join(root, dirname(file)), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const written = (folder: string): string => readFileSync(join(root, folder, ".dev.vars"), "utf8");

test("gives each Worker only the secrets that it requires", () => {
  ensureSecrets(root);
  const names = (folder: string) => [...written(folder).matchAll(/^(\w+)=/gm)].map(([, name]) => name);
  expect(names(".")).toEqual(["KEK", "SESSION_SECRET", "PLATFORM_KEY"]);
  expect(names("workers/router")).toEqual(["KEK"]);
});

test("all Workers share one key-encryption key of 32 bytes", () => {
  const key = ensureSecrets(root).get("KEK") ?? "";
  expect(Buffer.from(key.replace("v1:", ""), "base64")).toHaveLength(32);
  for (const folder of [".", "workers/router", "workers/agent", "workers/tools"])
    expect(written(folder)).toContain(key);
});

test("keeps what is there on the next start, so that stored data stays readable", () => {
  ensureSecrets(root);
  const before = written(".");
  ensureSecrets(root);
  expect(written(".")).toBe(before);
});

test("completes a file that a person wrote in part and takes over its values", () => {
  writeFileSync(join(root, ".dev.vars"), "KEK=v1:mine\nEXTRA=1\n");
  expect(ensureSecrets(root).get("KEK")).toBe("v1:mine");
  expect(written(".")).toContain('EXTRA="1"');
  expect(written("workers/agent")).toContain("v1:mine");
});
