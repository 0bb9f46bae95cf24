import { NoticeRecipient } from "@charla/domain/notice";
import * as z from "zod";

const MOST = 20;

export const NoticeSettings = z.strictObject({
  recipients: z
    .array(NoticeRecipient)
    .max(MOST)
    .describe("Who is told by mail when something needs a person; each in their language, else in the tenant's"),
});
export type NoticeSettings = z.infer<typeof NoticeSettings>;
