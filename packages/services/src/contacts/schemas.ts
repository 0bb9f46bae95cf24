import * as z from "zod";
import { PageInput } from "../paging.ts";

export const ListContactsInput = PageInput.extend({
  channelKind: z.string().max(64).optional().describe("Together with `address`"),
  address: z.string().max(512).optional().describe("Only the contact that has it on channels of that kind"),
});
export type ListContactsInput = z.infer<typeof ListContactsInput>;

export const ContactOut = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    locale: z.string().nullable(),
    addresses: z.array(z.object({ channelKind: z.string(), address: z.string() })),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Contact" });
export type ContactOut = z.infer<typeof ContactOut>;

export const ErasureOut = z
  .object({
    contactId: z.string(),
    state: z.enum(["running", "done"]).describe("Running goes on by itself; what is left cannot be read any more"),
    requestedBy: z.string().describe("The first who asked"),
    requestedAt: z.iso.datetime(),
    doneAt: z.iso.datetime().nullable(),
    conversations: z.int(),
    messages: z.int(),
    files: z.int(),
  })
  .meta({ id: "Erasure" });
export type ErasureOut = z.infer<typeof ErasureOut>;
