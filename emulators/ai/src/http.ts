import { findModel, listModels } from "./catalog.ts";
import { errorResponse, noSuchModel } from "./errors.ts";
import type { Pace } from "./sse.ts";
import { runTask, type Output } from "./tasks.ts";
import * as z from "zod";

/** A result as the raw HTTP response of the service. */
export function asResponse(modelId: string, output: Output, logId: string): Response {
  const headers = { "cf-aig-log-id": logId };
  if (!(output instanceof ReadableStream)) return Response.json(output, { headers });
  const contentType = findModel(modelId).task === "text-to-speech" ? "audio/wav" : "text/event-stream";
  return new Response(output, { headers: { ...headers, "content-type": contentType } });
}

const withModel = z.looseObject({ model: z.string().transform((id) => id.replace(/^workers-ai\//, "")) });

async function chatCompletions(body: unknown, pace: Pace): Promise<Response> {
  const { model, ...inputs } = withModel.parse(body);
  const entry = findModel(model);
  if (entry.task !== "text-generation") throw noSuchModel(model);
  return asResponse(model, await runTask({ ...entry, wire: "openai" }, inputs, pace), crypto.randomUUID());
}

const embeddings = z.object({
  data: z.array(z.array(z.number())),
  usage: z.looseObject({ prompt_tokens: z.number() }),
});

async function openAiEmbeddings(body: unknown, pace: Pace): Promise<Response> {
  const given = withModel.extend({ input: z.union([z.string(), z.array(z.string())]) }).parse(body);
  const { data, usage } = embeddings.parse(await runTask(findModel(given.model), { text: given.input }, pace));
  return Response.json({
    object: "list",
    model: given.model,
    data: data.map((embedding, index) => ({ object: "embedding", index, embedding })),
    usage: { prompt_tokens: usage.prompt_tokens, total_tokens: usage.prompt_tokens },
  });
}

/** The HTTP face of the binding: `…/run/<model>` and the OpenAI-compatible paths, whatever gateway prefix comes before. */
export async function serve(request: Request, pace: Pace): Promise<Response> {
  const path = decodeURIComponent(new URL(request.url).pathname);
  try {
    if (request.method === "GET" && path.endsWith("/models"))
      return Response.json({ object: "list", data: listModels() });
    if (request.method !== "POST")
      return Response.json(
        { success: false, errors: [{ code: 7001, message: "Method not allowed" }] },
        { status: 405 },
      );
    const body: unknown = await request.json();
    if (path.endsWith("/chat/completions")) return await chatCompletions(body, pace);
    if (path.endsWith("/embeddings")) return await openAiEmbeddings(body, pace);
    const model = /(?:\/run|\/workers-ai)\/(@(?:cf|hf)\/.+)$/.exec(path)?.[1];
    if (model === undefined)
      return Response.json(
        { success: false, errors: [{ code: 7000, message: "No route for that URI" }] },
        { status: 404 },
      );
    const output = await runTask(findModel(model), body, pace);
    // REST wraps a whole result in an envelope; streams go out as they are.
    return asResponse(
      model,
      output instanceof ReadableStream ? output : { result: output, success: true, errors: [], messages: [] },
      crypto.randomUUID(),
    );
  } catch (error) {
    return errorResponse(error);
  }
}
