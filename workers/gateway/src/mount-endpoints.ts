import type { App } from "./app-env.ts";
import type { Endpoint } from "./endpoint.ts";
import { authenticate } from "./middleware/auth.ts";
import { readJson } from "./middleware/body-limit.ts";
import { withIdempotency } from "./middleware/idempotency.ts";

/** Every route of the admin API passes here, so none can forget a check: who, how often, what, once. */
export function mountEndpoints(app: App, endpoints: readonly Endpoint[]): void {
  for (const endpoint of endpoints) {
    app.on(endpoint.method.toUpperCase(), endpoint.path.replaceAll(/\{(\w+)\}/g, ":$1"), async (c) => {
      await authenticate(c, endpoint.access);
      const { bytes, value } =
        endpoint.method === "get" ? { bytes: new Uint8Array(), value: undefined } : await readJson(c.req.raw);
      if (endpoint.method !== "post") return endpoint.run(c, value);
      return withIdempotency(c, bytes, () => endpoint.run(c, value));
    });
  }
}
