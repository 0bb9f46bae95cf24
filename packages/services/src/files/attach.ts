import { uploads } from "@charla/db/tenant/uploads";
import { AppError } from "@charla/domain/errors";
import type { OutFile } from "@charla/domain/inbound";
import { conversationFolder, sentKey } from "@charla/domain/kept-file";
import { and, inArray, lte } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { kindOf, Wish } from "./kind.ts";
import { UNSENT_MS } from "./unsent.ts";

/** Uploaded files as a message names them; one that is not of this conversation does not exist. */
export async function attachedFiles(
  ctx: Ctx,
  bucket: R2Bucket,
  { conversationId, ids }: { conversationId: string; ids: readonly string[] },
): Promise<OutFile[]> {
  requirePermission(ctx, "conversations.write");
  const folder = conversationFolder(ctx.tenantId, conversationId);
  const expired = await ctx.db.orm
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(inArray(uploads.id, [...ids]), lte(uploads.createdAt, ctx.now() - UNSENT_MS)));
  return Promise.all(
    ids.map(async (id, n) => {
      const isExpired = expired.some((upload) => upload.id === id);
      const object = isExpired ? null : await bucket.head(sentKey(folder, id));
      if (object === null)
        throw new AppError("UNPROCESSABLE", "no such file", {
          fields: [
            {
              path: `body.attachments.${n}.id`,
              message: { es: "No es un archivo de esta conversación", en: "No file of this conversation" },
            },
          ],
        });
      const mime = object.httpMetadata?.contentType ?? "application/octet-stream";
      const name = decodeURIComponent(object.customMetadata?.["name"] ?? "");
      const wish = Wish.safeParse(object.customMetadata?.["wish"]).data;
      return { type: kindOf(mime, wish), ref: id, mime, size: object.size, ...(name === "" ? {} : { name }) };
    }),
  );
}
