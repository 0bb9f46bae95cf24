import { discardDeadEvent } from "@charla/services/dead-events/discard";
import { DeadEventOut } from "@charla/services/dead-events/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { deadEventPath } from "../schemas.ts";

export const deadEventsDiscard = endpoint({
  id: "discardDeadEvent",
  tag: "dead-events",
  method: "post",
  path: "/v1/dead-events/{deadEventId}/discard",
  summary: "Throw an undelivered message away",
  description: "Its content is gone at once; who did it and when stays listed for 30 days.",
  access: { who: "platform" },
  params: deadEventPath,
  body: z.strictObject({}),
  example: {},
  response: DeadEventOut,
  handle: async ({ c, params }) => ({ body: await discardDeadEvent(c.var.platform, params.deadEventId) }),
});
