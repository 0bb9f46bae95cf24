import { getContact } from "@charla/services/contacts/get";
import { ContactOut } from "@charla/services/contacts/schemas";
import { endpoint } from "../endpoint.ts";
import { contactPath } from "../schemas.ts";

export const contactsGet = endpoint({
  id: "getContact",
  tag: "contacts",
  method: "get",
  path: "/v1/contacts/{contactId}",
  summary: "Read a contact",
  access: { who: "tenant", permission: "contacts.read" },
  params: contactPath,
  response: ContactOut,
  handle: async ({ c, params }) => ({ body: await getContact(c.var.ctx, params.contactId) }),
});
