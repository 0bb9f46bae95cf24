import type { SendErrorClass } from "@charla/domain/inbound";
import type { SendResult } from "../contract.ts";
import type { GraphAnswer, GraphError } from "./graph.ts";

/** What a channel says about an error of its own API; `null` leaves it to the status of the answer. */
export type Classify = (error: GraphError) => SendErrorClass | null;

/** The result of a send out of the Graph API's answer; `idOf` finds the vendor's id in a good one. */
export function sendResultOf(
  answer: GraphAnswer,
  idOf: (body: Record<string, unknown>) => string | undefined,
  classify: Classify,
): SendResult {
  switch (answer.outcome) {
    case "ok": {
      const providerId = idOf(answer.body);
      return { ok: true, state: "sent", ...(providerId !== undefined && { providerId }) };
    }
    case "lost":
      return { ok: false, class: answer.denied ? "policy" : "ambiguous", message: answer.message };
    case "refused": {
      const { error, status, retryAfterMs } = answer;
      const message =
        error === null ? `the vendor answered ${status}` : `${error.code}: ${error.message}`.slice(0, 500);
      const byCode = error === null ? null : classify(error);
      return {
        ok: false,
        class: byCode ?? byStatus(status, error),
        message,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      };
    }
  }
}

/** Without an error of Graph's own in it, a 5xx comes from something in between, which may have passed the message on. */
function byStatus(status: number, error: GraphError | null): SendErrorClass {
  if (status === 429) return "throttle";
  if (status === 503 || error?.transient === true) return "transient";
  if (status >= 500) return error === null ? "ambiguous" : "transient";
  if (status === 401 || status === 403) return "auth";
  return "invalid";
}
