import { listDeadEvents } from "@charla/services/dead-events/list";
import { DeadEventOut, ListDeadEventsInput } from "@charla/services/dead-events/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { pageOf } from "../page.ts";

export const deadEventsList = endpoint({
  id: "listDeadEvents",
  tag: "dead-events",
  method: "get",
  path: "/v1/dead-events",
  summary: "List queue messages that no retry could deliver",
  access: { who: "platform" },
  query: z.strictObject(ListDeadEventsInput.shape),
  response: pageOf(DeadEventOut),
  handle: async ({ c, query }) => ({ body: await listDeadEvents(c.var.platform, query) }),
});
