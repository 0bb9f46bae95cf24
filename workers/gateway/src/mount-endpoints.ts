import type { App } from "./app-env.ts";
import type { Endpoint } from "./endpoint.ts";
import { authenticate } from "./middleware/auth.ts";
import { readJson, tooLarge } from "./middleware/body-limit.ts";
import { withIdempotency } from "./middleware/idempotency.ts";

/** Every route of the admin API passes here, so none can forget a check: who, how often, what, once. */
export function mountEndpoints(app: App, endpoints: readonly Endpoint[]): void {
  for (const endpoint of endpoints) {
    app.on(endpoint.method.toUpperCase(), endpoint.path.replaceAll(/\{(\w+)\}/g, ":$1"), async (c) => {
      await authenticate(c, endpoint.access);
      const { bytes, value } = await bodyOf(endpoint, c.req.raw);
      if (endpoint.method !== "post") return endpoint.run(c, value);
      return withIdempotency(c, bytes, () => endpoint.run(c, value));
    });
  }
}

async function bodyOf({ method, upload }: Endpoint, request: Request): Promise<{ bytes: Uint8Array; value: unknown }> {
  if (method === "get") return { bytes: new Uint8Array(), value: undefined };
  if (upload === undefined) return await readJson(request);
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (declared > upload.maxBytes) throw tooLarge(upload.maxBytes);
  // Nobody reads a file twice to see whether it is the same one: under the same key its length has to do.
  return { bytes: new TextEncoder().encode(`${new URL(request.url).search} ${declared}`), value: undefined };
}
