import { getDeadEvent } from "@charla/services/dead-events/get";
import { DeadEventDetail } from "@charla/services/dead-events/schemas";
import { endpoint } from "../endpoint.ts";
import { deadEventPath } from "../schemas.ts";

export const deadEventsGet = endpoint({
  id: "getDeadEvent",
  tag: "dead-events",
  method: "get",
  path: "/v1/dead-events/{deadEventId}",
  summary: "One undelivered queue message, without what a customer wrote",
  access: { who: "platform" },
  params: deadEventPath,
  response: DeadEventDetail,
  handle: async ({ c, params }) => ({ body: await getDeadEvent(c.var.platform, params.deadEventId) }),
});
