import * as z from "zod";
import { isErrorCode, problemOf } from "./errors.ts";
import { languageOf, type Language } from "./language.ts";
import { requestIdOf } from "./middleware/request-id.ts";
import { secured } from "./middleware/security-headers.ts";

/** Headers only our own Workers may set, and those that tell of the platform's insides. */
const isInternal = (name: string): boolean =>
  name.startsWith("x-charla-") || (name.startsWith("cf-") && name !== "cf-connecting-ip") || name === "cookie";

const WEBHOOK_PATH = "/webhooks/";

export function isWebhook(url: string): boolean {
  const path = url.indexOf("/", url.indexOf("//") + 2);
  return path !== -1 && url.startsWith(WEBHOOK_PATH, path);
}

/** Every turn starts here: nothing is parsed, the body streams through untouched, the router decides. */
export async function forwardWebhook(request: Request, env: Pick<GatewayEnv, "ROUTER">): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of request.headers.keys()) if (isInternal(name)) headers.delete(name);
  const requestId = requestIdOf(request.headers);
  headers.set("x-request-id", requestId);
  const language = languageOf(request.headers.get("accept-language"));
  const answer = await env.ROUTER.fetch(new Request(request, { headers, redirect: "manual" }));
  const response = secured(await writtenOut(answer, language, requestId));
  // The socket of a call goes through as it is.
  if (response.status !== 101) response.headers.set("x-request-id", requestId);
  return response;
}

const Refusal = z.object({ code: z.string().refine(isErrorCode), detail: z.string().optional() });

/** A refusal of the router's own, written as all of ours are; what a vendor wants to hear goes through as it is. */
async function writtenOut(answer: Response, language: Language, requestId: string): Promise<Response> {
  if (answer.headers.get("content-type") !== "application/problem+json") return answer;
  const { code, detail } = Refusal.parse(await answer.json());
  const problem = problemOf(code, detail === undefined ? {} : { publicMessage: detail }, language, requestId);
  const written = new Response(JSON.stringify(problem), answer);
  written.headers.delete("content-length");
  written.headers.set("content-language", language);
  return written;
}
