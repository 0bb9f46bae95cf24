import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api, textAt } from "@charla/testkit/charla/api";
import { furnishTenant, type Tenant } from "@charla/testkit/charla/furnish";
import { until } from "@charla/testkit/poll";
import * as z from "zod";
import { quantile } from "../measure/numbers.ts";
import { startCharlaServer } from "../subjects.ts";
import { passages, questions } from "./corpus.ts";

const PORT = 22_200;
const PER_DOCUMENT = 1000;
const WARM_UP = 5;
const SEARCHES = 60;
/** Nobody answers there, because nothing is asked of a model. */
const NOWHERE = "http://127.0.0.1:9";

export type Speed = {
  passages: number;
  ingestedPerSecond: number;
  searchMs: { p50: number; p95: number };
};

/** Uploads through the API until there are so many passages, then asks one question after the other. */
export async function measureSpeed(sizes: readonly number[], told: (speed: Speed) => void): Promise<void> {
  const stateDir = mkdtempSync(join(tmpdir(), "charla-rag-"));
  process.once("exit", () => rmSync(stateDir, { recursive: true, force: true }));
  const charla = await startCharlaServer({ stateDir, port: PORT, modelUrl: NOWHERE, sinkUrl: NOWHERE });
  try {
    const tenant = await furnishTenant(new Api(charla.base, charla.platformKey), "rag");
    const baseId = textAt(await tenant.api.post("/v1/knowledge-bases", { name: "bench" }), "id");
    let present = 0;
    for (const size of sizes) {
      const added = size - present;
      const ms = await upload(charla.base, tenant, baseId, present, size);
      present = size;
      told({ passages: size, ingestedPerSecond: (added / ms) * 1000, searchMs: await searches(tenant, baseId) });
    }
  } finally {
    await charla.stop();
  }
}

const Documents = z.object({ data: z.array(z.object({ status: z.string(), indexedPassages: z.int() })) });

async function upload(base: string, tenant: Tenant, baseId: string, from: number, to: number): Promise<number> {
  const since = performance.now();
  for (let first = from; first < to; first += PER_DOCUMENT) {
    const text = documentOf(first, Math.min(first + PER_DOCUMENT, to));
    const path = `/v1/knowledge-bases/${baseId}/documents?name=part-${first}.md`;
    const response = await fetch(`${base}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${tenant.key}`, "content-type": "text/markdown" },
      body: text,
    });
    if (response.status !== 202) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }
  await until(
    "everything is read",
    async () => {
      const path = `/v1/knowledge-bases/${baseId}/documents?limit=100`;
      const documents = Documents.parse(await tenant.api.get(path)).data;
      if (documents.some(({ status }) => status === "failed")) throw new Error("a document failed");
      const indexed = documents.reduce((sum, { indexedPassages }) => sum + indexedPassages, 0);
      return indexed === to && documents.every(({ status }) => status === "ready");
    },
    { deadlineMs: 1_200_000, everyMs: 250 },
  );
  return performance.now() - since;
}

/** Passages of the corpus put together anew, two by two, so that no two are the same and the words are people's. */
function documentOf(from: number, to: number): string {
  const corpus = passages();
  const sections: string[] = [];
  for (let n = from; n < to; n++) {
    const [one, other] = [corpus[n % corpus.length], corpus[(n * 7 + Math.floor(n / corpus.length)) % corpus.length]];
    sections.push(`# ${one?.heading} ${n}\n\n${one?.body} ${other?.body}`);
  }
  return sections.join("\n\n");
}

async function searches(tenant: Tenant, baseId: string): Promise<Speed["searchMs"]> {
  const times: number[] = [];
  for (const [at, { text }] of questions().entries()) {
    if (at === WARM_UP + SEARCHES) break;
    const since = performance.now();
    await tenant.api.post("/v1/knowledge/search", { query: text, knowledgeBaseIds: [baseId] });
    if (at >= WARM_UP) times.push(performance.now() - since);
  }
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}
