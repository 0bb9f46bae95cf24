import { createRequire } from "node:module";

type WorkerHandle = Record<string, unknown>;

/** The little of Miniflare that is used here; its own types are those of another copy than the one that runs. */
export type Miniflare = {
  ready: Promise<URL>;
  getD1Database(binding: string, worker: string): Promise<WorkerHandle>;
  dispose(): Promise<void>;
};

type MiniflareModule = {
  Miniflare: new (options: Record<string, unknown>) => Miniflare;
  /** wrangler still describes Workers in the words of the version before. */
  convertV4MiniflareOptions: (options: Record<string, unknown>) => Record<string, unknown>;
};

// The copy inside wrangler is the one that serves development; with it comes the runtime that both subjects share.
const fromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));
const miniflareFile = fromWrangler.resolve("miniflare");

export async function loadMiniflare(): Promise<MiniflareModule> {
  return await import(miniflareFile);
}

export function workerdPath(): string {
  const workerd: { default: string } = createRequire(miniflareFile)("workerd");
  return workerd.default;
}
