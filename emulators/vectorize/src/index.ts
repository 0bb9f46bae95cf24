import { WorkerEntrypoint } from "cloudflare:workers";
import type { IndexProps, Match, Metadata } from "./contract.ts";
import { VectorizeError } from "./errors.ts";
import { readIds, readQueryOptions, readQueryVector, readVectors } from "./requests.ts";

export { VectorStore } from "./store.ts";

interface Returned {
  id: string;
  values: number[];
  namespace?: string;
  metadata?: Metadata;
}

/** Stands in for a Vectorize binding in development and tests; which index it is comes from the service binding's `props`. */
export default class VectorizeEmulator extends WorkerEntrypoint<VectorizeEmulatorEnv, IndexProps> {
  get #store() {
    return this.env.STORE.getByName(this.ctx.props.index);
  }

  get #delayMs(): number {
    return this.ctx.props.visibilityDelayMs ?? 0;
  }

  async insert(vectors: unknown): Promise<{ mutationId: string }> {
    const checked = readVectors("INSERT", vectors, this.ctx.props.dimensions);
    return { mutationId: await this.#store.write("insert", checked, this.#delayMs) };
  }

  async upsert(vectors: unknown): Promise<{ mutationId: string }> {
    const checked = readVectors("UPSERT", vectors, this.ctx.props.dimensions);
    return { mutationId: await this.#store.write("upsert", checked, this.#delayMs) };
  }

  async deleteByIds(ids: unknown): Promise<{ mutationId: string }> {
    return { mutationId: await this.#store.remove(readIds("DELETE", ids), this.#delayMs) };
  }

  async getByIds(ids: unknown): Promise<Returned[]> {
    const found = await this.#store.byIds(readIds("GET", ids));
    return found.map(({ id, values, namespace, metadata }) => ({
      id,
      values: Array.from(values),
      ...(namespace === "" ? {} : { namespace }),
      ...(metadata === null ? {} : { metadata }),
    }));
  }

  async query(vector: unknown, options?: unknown): Promise<{ count: number; matches: Match[] }> {
    const values = readQueryVector(vector, this.ctx.props.dimensions);
    const found = await this.#store.search({ values, ...readQueryOptions(options) }, this.ctx.props.metadataIndexes);
    return { count: found.length, matches: found };
  }

  async queryById(id: string, options?: unknown): Promise<{ count: number; matches: Match[] }> {
    const [vector] = await this.#store.byIds([id]);
    if (!vector) throw new VectorizeError("QUERY", 40014, `vector not found for id="${id}"`);
    return this.query(vector.values, options);
  }

  async describe(): Promise<{
    vectorCount: number;
    dimensions: number;
    processedUpToDatetime: string;
    processedUpToMutation: string;
  }> {
    return { dimensions: this.ctx.props.dimensions, ...(await this.#store.describe()) };
  }
}
