import { resolveDeadLetter } from "@charla/services/dead-letters/resolve";
import { DeadLetterOut } from "@charla/services/dead-letters/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { deadLetterPath } from "../schemas.ts";

export const deadLettersResolve = endpoint({
  id: "resolveDeadLetter",
  tag: "dead-letters",
  method: "post",
  path: "/v1/dead-letters/{deadLetterId}/resolve",
  summary: "Put a dead letter aside",
  access: { who: "tenant", permission: "dead_letters.write" },
  params: deadLetterPath,
  body: z.strictObject({}),
  example: {},
  response: DeadLetterOut,
  handle: async ({ c, params }) => ({ body: await resolveDeadLetter(c.var.ctx, params.deadLetterId) }),
});
