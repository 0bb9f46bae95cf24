import * as z from "zod";

/** Somebody who is told by mail when something needs a person; without a language, in the tenant's. */
export const NoticeRecipient = z.strictObject({
  address: z.email().max(254),
  language: z.enum(["es", "en"]).optional(),
});
export type NoticeRecipient = z.infer<typeof NoticeRecipient>;
