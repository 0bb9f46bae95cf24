import { ENGINE_ERRORS, type EngineError } from "@charla/channels/socketio/engine";
import type { Knock } from "./knock.ts";

/**
 * A session that nobody was let into may be read by any site: which channel it is for, and so which sites may use it, is
 * only said inside it. From then on a foreign site is refused before it gets here. No cookie takes part.
 */
const readableBy = ({ origin }: Knock): Record<string, string> =>
  origin === null
    ? { vary: "Origin" }
    : { vary: "Origin", "access-control-allow-origin": origin, "cross-origin-resource-policy": "cross-origin" };

export const textAnswer = (text: string, knock: Knock): Response =>
  new Response(text, { headers: { "content-type": "text/plain; charset=UTF-8", ...readableBy(knock) } });

/** In the words that clients of the protocol know. A site that may not use the chat cannot even read that. */
export function engineError(error: EngineError, knock: Knock): Response {
  const isForbidden = error === "forbidden";
  return Response.json(ENGINE_ERRORS[error], {
    status: isForbidden ? 403 : 400,
    headers: isForbidden ? { vary: "Origin" } : readableBy(knock),
  });
}

export const preflightAnswer = (knock: Knock): Response =>
  new Response(null, {
    status: 204,
    headers: {
      ...readableBy(knock),
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": "authorization, content-type",
      "access-control-max-age": "600",
    },
  });
