import { linkToFile } from "@charla/services/files/link-to";
import { FileLink } from "@charla/services/files/schemas";
import { endpoint } from "../endpoint.ts";
import { keyringOf } from "../keyring.ts";
import { conversationById } from "../objects.ts";
import { messageFilePath } from "../schemas.ts";

export const getFileLink = endpoint({
  id: "getFileLink",
  tag: "conversations",
  method: "get",
  path: "/v1/conversations/{conversationId}/messages/{seq}/files/{n}",
  summary: "A link to a file of a message",
  description: "`n` is the place of the file in the message's `media`, from 0. The link is good for an hour.",
  access: { who: "tenant", permission: "conversations.read" },
  params: messageFilePath,
  response: FileLink,
  handle: async ({ c, params: { conversationId, seq, n } }) => {
    const { tenantId, publicBaseUrl, now } = c.var.ctx;
    const file = await conversationById(c.env, conversationId).fileOf({ tenantId, seq, n, reader: "member" });
    return { body: await linkToFile({ keyring: keyringOf(c.env), publicBaseUrl, now: now() }, file) };
  },
});
