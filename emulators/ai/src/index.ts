import { WorkerEntrypoint } from "cloudflare:workers";
import { findModel, listModels, type ModelSearch } from "./catalog.ts";
import { errorResponse } from "./errors.ts";
import { asResponse, serve } from "./http.ts";
import type { Pace } from "./sse.ts";
import { runTask, type Output } from "./tasks.ts";

interface RunOptions {
  returnRawResponse?: boolean;
}

/**
 * Stands in for the `AI` binding in development and tests. How fast it talks comes from the `props` of the service
 * binding (`{ firstChunkMs, chunkMs }`), never from a request.
 */
export default class AiEmulator extends WorkerEntrypoint<object, Pace | undefined> {
  async run(model: string, inputs: unknown, options?: RunOptions): Promise<Output | Response> {
    const pace = this.ctx.props ?? {};
    if (!options?.returnRawResponse) return runTask(findModel(model), inputs, pace);
    try {
      return asResponse(model, await runTask(findModel(model), inputs, pace), crypto.randomUUID());
    } catch (error) {
      return errorResponse(error);
    }
  }

  async models(search?: ModelSearch): Promise<ReturnType<typeof listModels>> {
    return listModels(search);
  }

  override async fetch(request: Request): Promise<Response> {
    return serve(request, this.ctx.props ?? {});
  }
}
