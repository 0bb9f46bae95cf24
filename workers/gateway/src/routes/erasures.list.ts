import { listErasures } from "@charla/services/contacts/list-erasures";
import { ErasureOut } from "@charla/services/contacts/schemas";
import { PageInput } from "@charla/services/paging";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { pageOf } from "../page.ts";

export const erasuresList = endpoint({
  id: "listErasures",
  tag: "contacts",
  method: "get",
  path: "/v1/erasures",
  summary: "List who was erased when and by whom, the latest first",
  access: { who: "tenant", permission: "contacts.read" },
  query: z.strictObject(PageInput.shape),
  response: pageOf(ErasureOut),
  handle: async ({ c, query }) => ({ body: await listErasures(c.var.ctx, query) }),
});
