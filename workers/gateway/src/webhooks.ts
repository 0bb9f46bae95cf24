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
  const response = secured(await env.ROUTER.fetch(new Request(request, { headers, redirect: "manual" })));
  // The socket of a call goes through as it is.
  if (response.status !== 101) response.headers.set("x-request-id", requestId);
  return response;
}
