import { sniff } from "@charla/documents/sniff";
import { AppError } from "@charla/domain/errors";
import { FileOut } from "@charla/services/files/schemas";
import { Wish } from "@charla/services/files/kind";
import { MAX_FILE_BYTES } from "@charla/services/files/store-file";
import { uploadFile as upload } from "@charla/services/files/upload";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { conversationById } from "../objects.ts";
import { conversationPath } from "../schemas.ts";

const Query = z.object({
  name: z.string().max(500).optional().describe("Its name with the ending, as the person will see it"),
  as: Wish.optional().describe("To be sent as this and not as what its bytes say"),
});

export const uploadFile = endpoint({
  id: "uploadFile",
  tag: "conversations",
  method: "post",
  path: "/v1/conversations/{conversationId}/files",
  summary: "Upload a file",
  description:
    "The body is the file itself. What it is is found out from its bytes; programs are refused. Its id goes into `attachments` of a message of this conversation.",
  access: { who: "tenant", permission: "conversations.write" },
  params: conversationPath,
  query: Query,
  upload: { maxBytes: MAX_FILE_BYTES },
  response: FileOut,
  status: 201,
  handle: async ({ c, params: { conversationId }, query }) => {
    const { ctx } = c.var;
    const { headers, body } = c.req.raw;
    if (headers.has("content-encoding") || headers.get("content-type")?.startsWith("multipart/") === true)
      throw new AppError("UNSUPPORTED_MEDIA_TYPE", "not a plain file", {
        publicMessage: "Send the bytes of one file as the body, without form or content encoding",
      });
    // Whose conversation it is, before a byte is stored.
    await conversationById(c.env, conversationId).view({ tenantId: ctx.tenantId, afterSeq: 0, limit: 0 });
    const { name, as } = query;
    const place = {
      conversationId,
      sniff: (bytes: Uint8Array) => sniff(bytes).mime,
      ...(name === undefined ? {} : { name }),
      ...(as === undefined ? {} : { wish: as }),
    };
    return { body: await upload(ctx, c.env.FILES, place, body) };
  },
});
