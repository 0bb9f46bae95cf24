import { replayDeadEvent } from "@charla/services/dead-events/replay";
import { DeadEventOut } from "@charla/services/dead-events/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { requeueOf } from "../requeue.ts";
import { deadEventPath } from "../schemas.ts";

export const deadEventsReplay = endpoint({
  id: "replayDeadEvent",
  tag: "dead-events",
  method: "post",
  path: "/v1/dead-events/{deadEventId}/replay",
  summary: "Put an undelivered message back on its queue",
  description:
    "Harmless when it was delivered after all: its consumer knows what it has seen. One that dies again is a new event.",
  access: { who: "platform" },
  params: deadEventPath,
  body: z.strictObject({}),
  example: {},
  response: DeadEventOut,
  status: 202,
  handle: async ({ c, params }) => ({
    body: await replayDeadEvent(c.var.platform, params.deadEventId, requeueOf(c.env)),
  }),
});
