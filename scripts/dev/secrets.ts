import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { workers } from "../config/render.ts";

const fresh: Record<string, () => string> = {
  KEK: () => `v1:${randomBytes(32).toString("base64")}`,
  SESSION_SECRET: () => randomBytes(32).toString("base64"),
  PLATFORM_KEY: () => `pk_${randomBytes(24).toString("base64url")}`,
};

function readFile(file: string): Map<string, string> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, "utf8").split("\n");
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const at = line.indexOf("=");
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1).replace(/^"(.*)"$/, "$1")]] : [];
    }),
  );
}

/**
 * Gives every Worker the development secrets it asks for, made once and kept beside its configuration. What is stored
 * is encrypted with the key, so a key that changed would make the local data unreadable.
 */
export function ensureSecrets(root: string): ReadonlyMap<string, string> {
  const files = workers.map(({ file, secrets }) => ({
    file: join(root, dirname(file), ".dev.vars"),
    required: secrets,
  }));
  const known = new Map(files.flatMap(({ file }) => [...readFile(file)]));
  for (const [name, make] of Object.entries(fresh)) if (!known.has(name)) known.set(name, make());

  for (const { file, required } of files) {
    const present = readFile(file);
    const missing = required.filter((name) => !present.has(name));
    if (missing.length === 0) continue;
    const all = new Map([...present, ...missing.map((name): [string, string] => [name, known.get(name) ?? ""])]);
    writeFileSync(file, [...all].map(([name, value]) => `${name}="${value}"\n`).join(""), { mode: 0o600 });
  }
  return known;
}
