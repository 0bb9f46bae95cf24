import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { randomBytes } from "node:crypto";

import { createTestHarness } from "wrangler";

import { Api } from "./api.ts";
import { SourceTree } from "./tree.ts";

const CONFIGS = [
  "wrangler.toml",
  "workers/router/wrangler.toml",
  "workers/agent/wrangler.toml",
  "workers/tools/wrangler.toml",
  "emulators/ai/wrangler.toml",
  "emulators/vectorize/wrangler.toml",
];

/** The order is that of the platform's own names, whatever the folders are called. */
export const WORKERS = { gateway: "charla-gateway", agent: "charla-agent", router: "charla-router" } as const;

type Database = { prepare: (statement: string) => { run: () => Promise<unknown>; first: () => Promise<unknown> } };
type Config = { put: (key: string, value: string) => Promise<unknown>; delete: (key: string) => Promise<unknown> };
type Harness = ReturnType<typeof createTestHarness>;

/** All Workers and emulators in one process, without the development proxy: for tests that kill nothing. */
export class CharlaHarness {
  readonly harness: Harness;
  readonly url: string;
  readonly platformKey: string;
  readonly #tree: SourceTree;

  private constructor(harness: Harness, url: string, platformKey: string, tree: SourceTree) {
    this.harness = harness;
    this.url = url;
    this.platformKey = platformKey;
    this.#tree = tree;
  }

  static async start(tree: SourceTree = new SourceTree()): Promise<CharlaHarness> {
    process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";
    process.env["WRANGLER_SEND_METRICS"] = "false";
    process.env["WRANGLER_LOG"] = "error";
    const secrets: Record<string, string> = {
      KEK: `v1:${randomBytes(32).toString("base64")}`,
      SESSION_SECRET: randomBytes(32).toString("base64"),
      PLATFORM_KEY: `pk_${randomBytes(24).toString("base64url")}`,
    };
    const workers = CONFIGS.map((path) => ({ configPath: path, secrets: pick(secrets, requiredBy(tree, path)) }));
    const harness = createTestHarness({ root: tree.root, workers });
    const { url } = await harness.listen();
    await harness.getWorker(WORKERS.gateway).applyD1Migrations("CONTROL_DB");
    return new CharlaHarness(harness, url.origin, secrets["PLATFORM_KEY"] ?? "", tree);
  }

  platform(): Api {
    return new Api(this.url, this.platformKey);
  }

  /** The conversation's object leaves memory, as it does when nobody talks to it for a while. */
  async evict(conversationId: string): Promise<void> {
    const id = conversationId.slice("cnv_".length);
    try {
      await this.harness.getWorker(WORKERS.agent).evictDurableObject("Conversation", { id });
    } catch (error) {
      // Nobody talked to it for a while: it has left already.
      if (!(error instanceof Error && error.message.includes("not currently running"))) throw error;
    }
  }

  /** For faults of the storage: renames a table in every tenant's database behind the system's back. */
  async renameTenantTable(from: string, to: string): Promise<void> {
    const env = await this.harness.getWorker<Record<string, unknown>>(WORKERS.gateway).getEnv();
    let renamed = 0;
    for (const [binding, value] of Object.entries(env)) {
      if (!binding.startsWith("TENANT_DB_")) continue;
      const database = value as Database;
      // Databases that no tenant has claimed yet are empty.
      const present = await database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = '${from}'`).first();
      if (present === null) continue;
      await database.prepare(`ALTER TABLE ${from} RENAME TO ${to}`).run();
      renamed++;
    }
    if (renamed === 0) throw new Error(`no tenant's database has a table ${from}`);
  }

  /** The work of the minute at that instant: nothing here waits for a clock. */
  async cron(at: number): Promise<void> {
    await this.harness.getWorker(WORKERS.router).scheduled({ cron: "* * * * *", scheduledTime: new Date(at) });
  }

  /** The key-value namespace of the Workers, for switches that a changed source asks for. */
  async config(): Promise<Config> {
    const env = await this.harness.getWorker<{ CONFIG: Config }>(WORKERS.router).getEnv();
    return env.CONFIG;
  }

  /** The runtime's log lines, for a message of a test that failed. */
  log(): string {
    return this.harness
      .getLogs()
      .map((line) => JSON.stringify(line))
      .join("\n");
  }

  async stop(): Promise<void> {
    await this.harness.close();
    this.#tree.remove();
  }
}

function requiredBy(tree: SourceTree, path: string): string[] {
  const list = /^\[secrets\]\nrequired = (\[.*\])$/m.exec(
    readFileSync(join(tree.root, dirname(path), "wrangler.toml"), "utf8"),
  )?.[1];
  return list === undefined ? [] : (JSON.parse(list) as string[]);
}

const pick = (from: Record<string, string>, names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, from[name] ?? ""]));
