import { openControlDb } from "@charla/db/open";
import { AppError } from "@charla/domain/errors";
import { readMetrics } from "@charla/services/metrics/read";
import { CONTENT_TYPE, renderPrometheus } from "@charla/telemetry/prometheus";
import type { App } from "../app-env.ts";
import { requireWithinIpLimit } from "../middleware/rate-limit.ts";
import { isPlatformKey } from "../platform-key.ts";
import { deadEventGauges } from "./dead-event-gauges.ts";
import { readDemo } from "./demo.ts";
import { docsPage } from "./docs-page.ts";
import { docsStyle } from "./docs-style.ts";
import { readiness } from "./health.ts";
import { openApiDocument } from "./openapi.ts";
import { queueDepths } from "./queue-depths.ts";

const SHORT = "public, max-age=300";

/** What belongs to no tenant: health, metrics, the reference, and the few facts the demo page needs. */
export function siteRoutes(app: App): void {
  app.get("/healthz", (c) => c.json({ status: "ok" }));

  // Each of these asks several services, for whoever wants to know.
  for (const path of ["/readyz", "/metrics", "/demo.json"]) {
    app.use(path, async (c, next) => {
      await requireWithinIpLimit(c.env, c.req.raw, "site");
      await next();
    });
  }

  app.get("/readyz", async (c) => {
    const { ready, checks } = await readiness(c.env);
    return c.json({ status: ready ? "ready" : "not ready", checks }, ready ? 200 : 503);
  });

  app.get("/metrics", async (c) => {
    const open = c.env.ENVIRONMENT === "development" || (await isPlatformKey(c.env, c.req.raw.headers));
    if (!open) throw new AppError("UNAUTHENTICATED", "metrics without the platform key");
    const control = await openControlDb(c.env.CONTROL_DB);
    const gauges = await Promise.all([
      readMetrics(control),
      queueDepths({ "charla-events": c.env.EVENTS, "charla-inbound": c.env.INBOUND }),
      deadEventGauges(control),
    ]);
    return new Response(renderPrometheus(gauges.flat()), { headers: { "content-type": CONTENT_TYPE } });
  });

  app.get("/openapi.json", (c) => c.json(openApiDocument(), 200, { "cache-control": SHORT }));
  app.get("/docs", (c) => {
    const asked = c.req.query("lang");
    const language = asked === "es" || asked === "en" ? asked : c.var.language;
    const headers = { "cache-control": SHORT, "content-language": language, vary: "accept-language" };
    return c.html(docsPage(openApiDocument(), language), 200, headers);
  });
  app.get("/docs/style.css", (c) =>
    c.body(docsStyle, 200, { "content-type": "text/css; charset=utf-8", "cache-control": SHORT }),
  );

  app.get("/demo.json", async (c) => {
    const demo = await readDemo(c.env);
    if (demo === null) throw new AppError("NOT_FOUND", "no demo");
    return c.json(demo);
  });

  // The one file of ours that other sites load; it has to be named so that it is not taken for a channel.
  app.get("/chat/widget.js", async (c) => {
    const file = await c.env.ASSETS.fetch(c.req.raw);
    if (file.status === 404) throw new AppError("NOT_FOUND", "widget not built");
    const response = new Response(file.body, file);
    response.headers.set("cross-origin-resource-policy", "cross-origin");
    response.headers.set("access-control-allow-origin", "*");
    return response;
  });
}
