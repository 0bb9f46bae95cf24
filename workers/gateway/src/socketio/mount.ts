import { ENGINE_VERSION } from "@charla/channels/socketio/engine";
import type { Context } from "hono";
import type { App, AppEnv } from "../app-env.ts";
import { getOnly } from "../middleware/get-only.ts";
import { requireWithinIpLimit } from "../middleware/rate-limit.ts";
import { engineError, preflightAnswer } from "./answers.ts";
import { knockOf } from "./knock.ts";
import { beginPolling, fetchPackets, pollingSession, postPackets } from "./polling.ts";
import { openWebSocket, upgradeToWebSocket } from "./websocket.ts";

/** The default of every client, and the one that those who name the path after the namespace use. */
const PATHS = ["/socket.io/", "/chat/"] as const;

export function socketioRoutes(app: App): void {
  for (const path of PATHS) app.on(["GET", "POST", "OPTIONS"], path, getOnly, serve);
}

async function serve(c: Context<AppEnv>): Promise<Response> {
  const request = c.req.raw;
  const knock = knockOf(request, c.var.requestId);
  if (request.method === "OPTIONS") return preflightAnswer(knock);
  const query = new URL(request.url).searchParams;
  const sid = query.get("sid");
  if (query.get("EIO") !== ENGINE_VERSION) return engineError("version", knock);
  // Every session begins with a request that has none; those that follow cost its own quota.
  if (sid === null) await requireWithinIpLimit(c.env, request, "socketio");
  const session = sid === null ? null : pollingSession(c.env, sid);
  if (sid !== null && session === null) return engineError("session", knock);
  switch (query.get("transport")) {
    case "websocket":
      if (request.method !== "GET") return engineError("method", knock);
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return engineError("request", knock);
      return session === null ? openWebSocket(c.env, knock) : upgradeToWebSocket(c.env, session, knock);
    case "polling":
      if (session === null) return request.method === "GET" ? beginPolling(c.env, knock) : engineError("method", knock);
      if (request.method === "POST") return postPackets(session, request, knock);
      return fetchPackets(session, knock);
    default:
      return engineError("transport", knock);
  }
}
