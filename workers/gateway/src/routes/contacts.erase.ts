import { eraseContact } from "@charla/services/contacts/erase";
import { ErasureOut } from "@charla/services/contacts/schemas";
import { endpoint } from "../endpoint.ts";
import { conversationById } from "../objects.ts";
import { contactPath } from "../schemas.ts";

export const contactsErase = endpoint({
  id: "eraseContact",
  tag: "contacts",
  method: "delete",
  path: "/v1/contacts/{contactId}",
  summary: "Erase a contact",
  description:
    "Everything of the person: conversations, messages, files, addresses and the key that opens them. What is running is stopped. It cannot be undone; asking again answers the same. Whoever writes afterwards begins anew.",
  access: { who: "tenant", permission: "contacts.erase" },
  params: contactPath,
  response: ErasureOut,
  handle: async ({ c, params: { contactId } }) => {
    const outside = { bucket: c.env.FILES, conversation: (id: string) => conversationById(c.env, id) };
    return { body: await eraseContact(c.var.ctx, contactId, outside) };
  },
});
