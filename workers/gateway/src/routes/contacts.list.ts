import { listContacts } from "@charla/services/contacts/list";
import { ContactOut, ListContactsInput } from "@charla/services/contacts/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { pageOf } from "../page.ts";

export const contactsList = endpoint({
  id: "listContacts",
  tag: "contacts",
  method: "get",
  path: "/v1/contacts",
  summary: "List contacts, the newest first",
  access: { who: "tenant", permission: "contacts.read" },
  query: z.strictObject(ListContactsInput.shape),
  response: pageOf(ContactOut),
  handle: async ({ c, query }) => ({ body: await listContacts(c.var.ctx, query) }),
});
