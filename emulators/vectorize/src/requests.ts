import * as z from "zod";
import type { Search, StoredVector } from "./contract.ts";
import { VectorizeError, type Operation } from "./errors.ts";
import { readFilter } from "./filter.ts";

const MAX_BATCH = 1000;
const MAX_ID_BYTES = 64;
const MAX_METADATA_BYTES = 10 * 1024;
const MAX_GET_IDS = 20;
const DEFAULT_TOP_K = 5;
const MAX_TOP_K = 100;
const MAX_TOP_K_WITH_PAYLOAD = 50;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

const numbers = z.union([z.array(z.number()), z.instanceof(Float32Array), z.instanceof(Float64Array)]);
const value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
export const metadataShape = z.record(z.string(), z.union([value, z.record(z.string(), value)]));
const vector = z.object({
  id: z.string().min(1),
  values: numbers,
  namespace: z.string().nullish(),
  metadata: metadataShape.nullish(),
});

function parse<T>(operation: Operation, schema: z.ZodType<T>, raw: unknown): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = issue?.path.join(".") ?? "";
  if (operation === "QUERY")
    throw new VectorizeError(operation, 40026, `Failed to parse the request body as JSON: ${at}: expected value`);
  throw new VectorizeError(
    operation,
    40023,
    `failed to parse ${operation.toLowerCase()} vectors request: ${at}: ${issue?.message ?? ""}`,
  );
}

function checkId(operation: Operation, what: string, id: string): void {
  const size = bytes(id);
  if (size > MAX_ID_BYTES)
    throw new VectorizeError(operation, 40008, `${what} too long; max is ${MAX_ID_BYTES} bytes, got ${size} bytes`);
}

const toFloats = (values: z.infer<typeof numbers>): Float32Array<ArrayBuffer> => Float32Array.from(values);

/** Check and normalise a batch to write: one bad vector refuses the whole batch, as on the real service. */
export function readVectors(operation: "INSERT" | "UPSERT", raw: unknown, dimensions: number): StoredVector[] {
  const given = parse(operation, z.array(vector), raw);
  if (given.length === 0) throw new VectorizeError(operation, 40023, "no vectors in payload");
  if (given.length > MAX_BATCH)
    throw new VectorizeError(
      operation,
      40007,
      `too many vectors in payload; max vector count is ${MAX_BATCH}, got ${given.length}`,
    );
  return given.map(({ id, values, namespace, metadata }) => {
    checkId(operation, "id", id);
    checkId(operation, "namespace", namespace ?? "");
    if (values.length !== dimensions) {
      throw new VectorizeError(
        operation,
        40012,
        `invalid vector for id="${id}", expected ${dimensions} dimensions, and got ${values.length} dimensions`,
      );
    }
    const floats = toFloats(values);
    if (!floats.every(Number.isFinite))
      throw new VectorizeError(operation, 40012, `invalid vector for id="${id}", values must be finite`);
    const size = metadata ? bytes(JSON.stringify(metadata)) : 0;
    if (size > MAX_METADATA_BYTES) {
      throw new VectorizeError(
        operation,
        40016,
        `metadata too large for id="${id}"; max is ${MAX_METADATA_BYTES} bytes, got ${size} bytes`,
      );
    }
    return { id, namespace: namespace ?? "", values: floats, metadata: metadata ?? null };
  });
}

export function readIds(operation: "GET" | "DELETE", raw: unknown): string[] {
  const ids = parse(operation, z.array(z.string()), raw);
  const most = operation === "GET" ? MAX_GET_IDS : MAX_BATCH;
  if (ids.length > most)
    throw new VectorizeError(operation, 40007, `too many ids in payload; max id count is ${most}, got ${ids.length}`);
  return ids;
}

// A boolean `false` for returnMetadata is refused by the real service although its type allows it.
const level = z.union([z.literal(true).transform((): "all" => "all"), z.enum(["all", "indexed", "none"])]);
const options = z.object({
  topK: z.number().int().min(1).nullish(),
  namespace: z.string().nullish(),
  returnValues: z.boolean().nullish(),
  returnMetadata: level.nullish(),
  filter: z.unknown().optional(),
});

export function readQueryOptions(raw: unknown): Omit<Search, "values"> {
  const given = parse("QUERY", options, raw ?? {});
  const topK = given.topK ?? DEFAULT_TOP_K;
  const returnValues = given.returnValues ?? false;
  const returnMetadata = given.returnMetadata ?? "none";
  if (topK > MAX_TOP_K) throw new VectorizeError("QUERY", 40025, `max top K is ${MAX_TOP_K}, but got ${topK}`);
  if ((returnValues || returnMetadata === "all") && topK > MAX_TOP_K_WITH_PAYLOAD) {
    throw new VectorizeError(
      "QUERY",
      40025,
      `with returnValues=true or returnMetadata=all, max top K is ${MAX_TOP_K_WITH_PAYLOAD}, but got ${topK}`,
    );
  }
  return {
    topK,
    namespace: given.namespace ?? undefined,
    conditions: readFilter(given.filter),
    returnValues,
    returnMetadata,
  };
}

export function readQueryVector(raw: unknown, dimensions: number): Float32Array<ArrayBuffer> {
  const values = parse("QUERY", numbers, raw);
  if (values.length !== dimensions) {
    throw new VectorizeError(
      "QUERY",
      40006,
      `invalid query vector, expected ${dimensions} dimensions, and got ${values.length} dimensions`,
    );
  }
  return toFloats(values);
}
