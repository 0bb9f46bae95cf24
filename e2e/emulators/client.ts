/// <reference types="@cloudflare/workers-types" />
import { createAI } from "agents/models/ai-sdk";
import {
  embedMany,
  generateImage,
  generateSpeech,
  generateText,
  isStepCount,
  Output,
  rerank,
  streamText,
  tool,
  transcribe,
} from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { z } from "zod";

/** A Worker that uses the stand-ins exactly as production code uses the bindings: through the public SDKs. */
export interface ClientEnv {
  AI: Ai;
  VECTORIZE: Vectorize;
  SLOW_VECTORIZE: Vectorize;
}

const tools = {
  calculator: tool({
    description: "Evaluate an arithmetic expression",
    inputSchema: z.object({ expression: z.string() }),
    execute: async ({ expression }) => ({ result: expression === "12*7" ? 84 : 0 }),
  }),
  order_status: tool({
    description: "Status of an order",
    inputSchema: z.object({ orderId: z.string() }),
    execute: async ({ orderId }) => ({ orderId, status: "shipped" }),
  }),
};

const NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const OPENAI = "@cf/openai/gpt-oss-20b";

const shopInstructions =
  "You are Nora, the assistant of a shoe shop. We open from 9:00 to 18:00. Delivery takes two days.";

export default {
  async fetch(request: Request, env: ClientEnv): Promise<Response> {
    const { act, sdk = "workers-ai-provider", wire = "native", prompt = "" } = caseShape.parse(await request.json());
    const provider = createWorkersAI({ binding: withoutSignal(env.AI) });
    const gateway = createAI({ binding: withoutSignal(env.AI), id: "default" });
    const modelId = wire === "native" ? NATIVE : OPENAI;
    const model = sdk === "createAI" ? gateway(modelId) : provider(modelId);
    const call = { model, prompt, instructions: shopInstructions, maxOutputTokens: 400, maxRetries: 0 };
    try {
      return Response.json(await acts[act]({ env, provider, call }));
    } catch (error) {
      const known = errorShape.safeParse(error);
      return Response.json({ error: known.success ? known.data : String(error) });
    }
  },
};

const caseShape = z.object({
  act: z.enum([
    "generate",
    "stream",
    "tools",
    "streamTools",
    "object",
    "embed",
    "rerank",
    "sound",
    "image",
    "cut",
    "unknownModel",
    "vectors",
    "eventual",
    "load",
  ]),
  sdk: z.enum(["workers-ai-provider", "createAI"]).optional(),
  wire: z.enum(["native", "openai"]).optional(),
  prompt: z.string().optional(),
});
const errorShape = z.object({ message: z.string(), name: z.string(), statusCode: z.number().optional() });

/** Signals do not cross a service binding; production code drops them at the same place. */
const withoutSignal = (ai: Ai): Ai =>
  new Proxy(ai, {
    get: (target, key) =>
      key === "run"
        ? (model: string, inputs: object, { signal: _signal, ...options }: { signal?: AbortSignal } = {}) =>
            Reflect.apply(target.run, target, [model, inputs, options])
        : Reflect.get(target, key),
  });

interface Subject {
  env: ClientEnv;
  provider: ReturnType<typeof createWorkersAI>;
  call: {
    model: Parameters<typeof generateText>[0]["model"];
    prompt: string;
    instructions: string;
    maxOutputTokens: number;
    maxRetries: number;
  };
}

const acts: Record<z.infer<typeof caseShape>["act"], (subject: Subject) => Promise<unknown>> = {
  generate: async ({ call }) => {
    const { text, finishReason, usage } = await generateText(call);
    return { text, finishReason, usage };
  },
  cut: async ({ call }) => {
    const { text, finishReason } = await generateText({ ...call, maxOutputTokens: 2 });
    return { text, finishReason };
  },
  stream: async ({ call }) => {
    const result = streamText(call);
    const chunks: string[] = [];
    for await (const chunk of result.textStream) chunks.push(chunk);
    return { chunks, finishReason: await result.finishReason, usage: await result.usage };
  },
  tools: async ({ call }) => {
    const { steps, text } = await generateText({ ...call, tools, stopWhen: isStepCount(4) });
    return { text, calls: steps.map((step) => step.toolCalls.map((made) => [made.toolName, made.input])) };
  },
  streamTools: async ({ call }) => {
    const result = streamText({ ...call, tools, stopWhen: isStepCount(4) });
    await result.consumeStream();
    const steps = await result.steps;
    return {
      text: await result.text,
      calls: steps.map((step) => step.toolCalls.map((made) => [made.toolName, made.input])),
    };
  },
  object: async ({ call }) => {
    const schema = z.object({ name: z.string(), age: z.number(), topic: z.enum(["sales", "returns", "other"]) });
    return (await generateText({ ...call, output: Output.object({ schema }) })).output;
  },
  embed: async ({ provider }) => {
    const values = [
      "Aceptamos devoluciones durante 30 días",
      "El local tiene aparcamiento gratuito",
      "quiero devolver un producto",
    ];
    const { embeddings } = await embedMany({ model: provider.textEmbedding("@cf/baai/bge-m3"), values });
    const [returns = [], parking = [], question = []] = embeddings;
    const similar = (a: number[], b: number[]) => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
    return { dimensions: question.length, right: similar(question, returns), wrong: similar(question, parking) };
  },
  rerank: async ({ provider }) => {
    const documents = ["The shop has free parking", "Returns are accepted within thirty days", "We open at nine"];
    const { ranking } = await rerank({
      model: provider.reranking("@cf/baai/bge-reranker-base"),
      query: "can I return shoes?",
      documents,
    });
    return ranking.map((item) => item.originalIndex);
  },
  sound: async ({ provider }) => {
    const { audio } = await generateSpeech({ model: provider.speech("@cf/deepgram/aura-1"), text: "Buenos días, Ana" });
    const whisper = await transcribe({
      model: provider.transcription("@cf/openai/whisper-large-v3-turbo"),
      audio: audio.uint8Array,
    });
    const nova = await transcribe({ model: provider.transcription("@cf/deepgram/nova-3"), audio: audio.uint8Array });
    return { whisper: whisper.text, nova: nova.text };
  },
  image: async ({ provider }) => {
    const { image } = await generateImage({
      model: provider.image("@cf/black-forest-labs/flux-1-schnell"),
      prompt: "a shoe",
    });
    return { begins: Array.from(image.uint8Array.slice(0, 4)), mediaType: image.mediaType };
  },
  unknownModel: async ({ provider, call }) => generateText({ ...call, model: provider("@cf/nobody/nothing") }),
  vectors: async ({ env, provider }) => vectors(env.VECTORIZE, provider),
  eventual: async ({ env }) => eventual(env.SLOW_VECTORIZE),
  load: async ({ env }) => load(env.VECTORIZE),
};

async function vectors(index: Vectorize, provider: Subject["provider"]): Promise<unknown> {
  const texts = ["We open from nine to six", "Delivery takes two days", "Pets are welcome"];
  const model = provider.textEmbedding("@cf/baai/bge-m3");
  const { embeddings } = await embedMany({ model, values: [...texts, "when do you open?"] });
  const question = embeddings.at(-1) ?? [];
  await index.upsert(
    texts.map((text, at) => ({ id: `t${at}`, values: embeddings[at] ?? [], namespace: "a", metadata: { text, at } })),
  );
  await index.insert([
    { id: "t0", values: embeddings[1] ?? [], namespace: "a" },
    { id: "b0", values: Float32Array.from(question), namespace: "b" },
  ]);
  const first = await index.query(question, { topK: 1, namespace: "a", returnMetadata: "all" });
  const filtered = await index.query(question, { topK: 5, namespace: "a", filter: { at: { $gte: 1 } } });
  const byId = await index.queryById("b0", { topK: 1 });
  const kept = await index.getByIds(["t0", "missing"]);
  await index.deleteByIds(["b0"]);
  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      () => "accepted",
      (error: Error) => error.message,
    );
  return {
    first: first.matches,
    filtered: filtered.matches.map((match) => match.id).toSorted(),
    byId: byId.matches.map((match) => match.id),
    kept: kept.map((vector) => [vector.id, vector.metadata]),
    count: (await index.describe()).vectorCount,
    tooMany: await refusal(index.query(question, { topK: 51, returnMetadata: "all" })),
    short: await refusal(index.query([1, 2])),
    longId: await refusal(index.upsert([{ id: "x".repeat(65), values: question }])),
  };
}

async function eventual(index: Vectorize): Promise<unknown> {
  const { mutationId } = await index.upsert([{ id: "one", values: [1, 0] }]);
  const before = (await index.query([1, 0])).count;
  const deadline = Date.now() + 10_000;
  while (String((await index.describe()).processedUpToMutation) !== mutationId) {
    if (Date.now() > deadline) throw new Error("the mutation never became visible");
    await new Promise((next) => setTimeout(next, 25));
  }
  return { before, after: (await index.query([1, 0])).count };
}

/** Ten thousand vectors in one namespace: the scan has to stay quick enough for a person waiting. */
async function load(index: Vectorize): Promise<unknown> {
  const size = 1024;
  for (let batch = 0; batch < 20; batch++) {
    const rows = Array.from({ length: 500 }, (_, at) => {
      const n = batch * 500 + at;
      const values = Float32Array.from({ length: size }, (_value, i) => Math.sin((n + 1) * (i + 1)));
      return { id: `n${n}`, values, namespace: "big" };
    });
    await index.upsert(rows);
  }
  const question = Float32Array.from({ length: size }, (_, i) => Math.sin(4321 * (i + 1)));
  const started = Date.now();
  const { matches } = await index.query(question, { topK: 3, namespace: "big" });
  const queryMs = Date.now() - started;
  return {
    queryMs,
    best: matches[0]?.id,
    count: (await index.describe()).vectorCount,
  };
}
