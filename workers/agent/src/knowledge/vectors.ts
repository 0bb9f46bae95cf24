import { EMBEDDING, placeOfVector, vectorIdOf } from "@charla/domain/knowledge";
import { estimateTokens } from "@charla/models/tokens";
import * as z from "zod";

type Bindings = Pick<AgentEnv, "AI" | "VECTORIZE">;
type Place = { documentId: string; n: number };

const Embedded = z.looseObject({ data: z.array(z.array(z.number()).length(EMBEDDING.dimensions)) });

/** One vector per text, in order. */
export async function embed(ai: Bindings["AI"], texts: string[]): Promise<number[][]> {
  const output: unknown = await ai.run(EMBEDDING.model, { text: texts });
  const { data } = Embedded.parse(output);
  if (data.length !== texts.length) throw new Error(`${texts.length} texts gave ${data.length} vectors`);
  return data;
}

/** The namespace is the tenant, so that no filter stands between two of them. */
export async function storeVectors(
  env: Bindings,
  { tenantId, baseId, documentId }: { tenantId: string; baseId: string; documentId: string },
  passages: readonly { n: number; text: string }[],
): Promise<void> {
  const vectors = await embed(
    env.AI,
    passages.map(({ text }) => text),
  );
  await env.VECTORIZE.upsert(
    passages.map(({ n }, at) => ({
      id: vectorIdOf(documentId, n),
      values: vectors[at] ?? [],
      namespace: tenantId,
      metadata: { base: baseId, document: documentId },
    })),
  );
}

const DELETED_AT_ONCE = 500;

/** Those numbered from `from` up to `to`; deleting what is not there is no error. */
export async function deleteVectors(
  { VECTORIZE }: Bindings,
  documentId: string,
  from: number,
  to: number,
): Promise<void> {
  for (let first = from; first < to; first += DELETED_AT_ONCE) {
    const count = Math.min(DELETED_AT_ONCE, to - first);
    await VECTORIZE.deleteByIds(Array.from({ length: count }, (_, at) => vectorIdOf(documentId, first + at)));
  }
}

export async function nearest(
  env: Bindings,
  { tenantId, query, bases, limit }: { tenantId: string; query: string; bases: readonly string[]; limit: number },
): Promise<{ found: (Place & { score: number })[]; tokens: number }> {
  const [values = []] = await embed(env.AI, [query]);
  const { matches } = await env.VECTORIZE.query(values, {
    topK: limit,
    namespace: tenantId,
    filter: { base: { $in: [...bases] } },
    returnMetadata: "none",
  });
  const found = matches.flatMap(({ id, score }) => {
    const place = placeOfVector(id);
    return place === null ? [] : [{ ...place, score }];
  });
  return { found, tokens: estimateTokens(query) };
}
