import { DatabaseSync } from "node:sqlite";
import type { FoundChunk, Place } from "@charla/agent/rag/place";
import type { RetrievalPorts } from "@charla/agent/rag/retrieve";
import { termsOf } from "@charla/agent/rag/words";
import { searchChunks } from "@charla/db/knowledge/statements";
import { tenantMigrations } from "@charla/db/migrations.generated";
import type { CorpusPassage } from "./corpus.ts";
import type { Embed } from "./embeddings.ts";

export const BASE = "kb_bench";

type Row = FoundChunk & { score: number };

/** A tenant's database in memory, by the migrations and statements of the product; vectors in a list beside it. */
export class Store {
  readonly #database = new DatabaseSync(":memory:");
  readonly #vectors: { place: Place; values: Float32Array }[] = [];
  readonly #chunks = new Map<string, FoundChunk>();
  readonly #embed: Embed;

  private constructor(embed: Embed) {
    this.#embed = embed;
    for (const { statements } of tenantMigrations) for (const statement of statements) this.#database.exec(statement);
  }

  static async of(passages: readonly CorpusPassage[], embed: Embed): Promise<Store> {
    const store = new Store(embed);
    const values = await embed(passages.map(({ title, heading, body }) => `${title} > ${heading}\n${body}`));
    for (const [at, passage] of passages.entries()) store.#add(passage, at + 1, values[at] ?? new Float32Array());
    return store;
  }

  #add({ document, n, title, heading, body }: CorpusPassage, number: number, values: Float32Array): void {
    const database = this.#database;
    if (n === 0)
      database
        .prepare(
          `INSERT INTO knowledge_documents (id, base_id, kind, title, file_key, mime, size, status, truncated, revision,
            chunked_revision, attempts, chunks, embedded, vectors, created_at, updated_at)
           VALUES (?, ?, 'file', ?, '', 'text/markdown', 0, 'ready', 0, 1, 1, 0, 0, 0, 0, 0, 0)`,
        )
        .run(document, BASE, title);
    database
      .prepare("INSERT INTO knowledge_chunks VALUES (?, ?, ?, ?, ?, ?, '', 1)")
      .run(number, document, n, BASE, heading, body);
    database
      .prepare("INSERT INTO knowledge_words (rowid, base, heading, body) VALUES (?, ?, ?, ?)")
      .run(number, BASE, termsOf(`${title} ${heading}`).join(" "), termsOf(body).join(" "));
    const chunk = { documentId: document, n, baseId: BASE, title, heading, text: body, language: "" };
    this.#chunks.set(`${document}.${n}`, chunk);
    this.#vectors.push({ place: { documentId: document, n }, values });
  }

  get ports(): RetrievalPorts {
    return {
      lexical: async (match, limit) => {
        const rows: unknown[] = this.#database.prepare(searchChunks).all(match, limit);
        return rows as Row[];
      },
      vector: async (query, _bases, limit) => ({ found: await this.nearest(query, limit), tokens: 0 }),
      chunksAt: async (places) => places.flatMap(({ documentId, n }) => this.#chunks.get(`${documentId}.${n}`) ?? []),
      now: () => performance.now(),
    };
  }

  async nearest(query: string, limit: number): Promise<(Place & { score: number })[]> {
    const [asked = new Float32Array()] = await this.#embed([query]);
    return this.#vectors
      .map(({ place, values }) => ({ ...place, score: cosine(asked, values) }))
      .toSorted((a, b) => b.score - a.score)
      .slice(0, limit);
  }
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, left, right] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    left += x * x;
    right += y * y;
  }
  return dot / (Math.sqrt(left * right) || 1);
}
