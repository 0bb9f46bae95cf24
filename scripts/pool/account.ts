import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as z from "zod";

const root = fileURLToPath(new URL("../../", import.meta.url));

const DatabaseList = z.array(z.object({ name: z.string(), uuid: z.string() }));

function wrangler(args: string[]): string {
  const result = spawnSync("wrangler", args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["inherit", "pipe", "inherit"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  if (result.status !== 0) throw new Error(`wrangler ${args.join(" ")} failed:\n${result.stdout}`);
  return result.stdout;
}

export function existingDatabases(): Map<string, string> {
  const list = DatabaseList.parse(JSON.parse(wrangler(["d1", "list", "--json"])));
  return new Map(list.map(({ name, uuid }) => [name, uuid]));
}

/** Creates a database and returns its id, the only UUID in what the command prints. */
export function createDatabase(name: string): string {
  const output = wrangler(["d1", "create", name]);
  const id = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(output)?.[0];
  if (id === undefined) throw new Error(`${name} was created without showing its id; run the command again.`);
  return id;
}

export function migrateDatabase(binding: string): void {
  wrangler(["d1", "migrations", "apply", binding, "--remote", "--env", "production"]);
}
