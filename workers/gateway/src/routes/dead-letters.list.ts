import { listDeadLetters } from "@charla/services/dead-letters/list";
import { DeadLetterOut, ListDeadLettersInput } from "@charla/services/dead-letters/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { pageOf } from "../page.ts";

export const deadLettersList = endpoint({
  id: "listDeadLetters",
  tag: "dead-letters",
  method: "get",
  path: "/v1/dead-letters",
  summary: "List dead letters",
  access: { who: "tenant", permission: "dead_letters.read" },
  query: z.strictObject(ListDeadLettersInput.shape),
  response: pageOf(DeadLetterOut),
  handle: async ({ c, query }) => ({ body: await listDeadLetters(c.var.ctx, query) }),
});
