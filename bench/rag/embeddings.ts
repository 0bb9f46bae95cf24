import { embed as emulated } from "../../emulators/ai/src/embed.ts";

export type Embed = (texts: string[]) => Promise<Float32Array[]>;

const BATCH = 64;

export const ofEmulator: Embed = async (texts) => texts.map((text) => emulated(text));

/** Any server with OpenAI's `/embeddings`: `RAG_EMBEDDINGS_URL` (ending in /v1), `_MODEL` and, where it wants one, `_KEY`. */
export function ofEndpoint(env: NodeJS.ProcessEnv): Embed | null {
  const { RAG_EMBEDDINGS_URL: url, RAG_EMBEDDINGS_MODEL: model, RAG_EMBEDDINGS_KEY: key } = env;
  if (url === undefined || model === undefined) return null;
  return async (texts) => {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += BATCH) {
      const response = await fetch(`${url}/embeddings`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify({ model, input: texts.slice(from, from + BATCH) }),
      });
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      const { data } = (await response.json()) as { data: { embedding: number[] }[] };
      vectors.push(...data.map(({ embedding }) => Float32Array.from(embedding)));
    }
    return vectors;
  };
}
