import { uploads } from "@charla/db/tenant/uploads";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { conversationFolder, sentKey } from "@charla/domain/kept-file";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { cleanName } from "./clean-name.ts";
import { isProgram, mimeOf } from "./mime.ts";
import { type Wish, kindOf } from "./kind.ts";
import { MAX_FILE_BYTES, storeFile } from "./store-file.ts";
import type { FileOut } from "./schemas.ts";

const UPLOAD_MS = 60_000;

/** Stores a file for a message of this conversation. What is not sent within a day is removed. */
export async function uploadFile(
  ctx: Ctx,
  bucket: R2Bucket,
  place: { conversationId: string; name?: string; wish?: Wish; sniff: (bytes: Uint8Array) => string },
  body: ReadableStream<Uint8Array> | null,
): Promise<FileOut> {
  requirePermission(ctx, "conversations.write");
  const id = newId("file", ctx.now());
  const key = sentKey(conversationFolder(ctx.tenantId, place.conversationId), id);
  const name = cleanName(place.name ?? "");
  const label = {
    typeOf: (bytes: Uint8Array) => mimeOf(place.sniff(bytes), name),
    metadata: { name: encodeURIComponent(name), wish: place.wish ?? "" },
  };
  if (body === null) throw empty();
  // Before the bytes: what is never sent is removed by this row, also when this call ends in the middle.
  await ctx.db.orm.insert(uploads).values({ id, conversationId: place.conversationId, createdAt: ctx.now() });
  const stored = await storeFile(bucket, key, body, AbortSignal.timeout(UPLOAD_MS), label);
  if (stored === null)
    throw new AppError("PAYLOAD_TOO_LARGE", "file over the limit", {
      publicMessage: { es: `Como mucho ${MAX_FILE_BYTES} bytes`, en: `At most ${MAX_FILE_BYTES} bytes` },
    });
  if (stored.size > 0 && !isProgram(stored.mime))
    return { id, type: kindOf(stored.mime, place.wish), ...(name === "" ? {} : { name }), ...stored };
  await bucket.delete(key);
  if (stored.size === 0) throw empty();
  throw new AppError("UNSUPPORTED_MEDIA_TYPE", "a program", {
    publicMessage: { es: "No se envían programas", en: "Programs are not sent" },
  });
}

const empty = (): AppError =>
  new AppError("BAD_REQUEST", "empty file", {
    publicMessage: { es: "El archivo está vacío", en: "The file is empty" },
  });
