import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { cleanName } from "../files/clean-name.ts";
import { mimeOf } from "../files/mime.ts";
import { MAX_FILE_BYTES, storeFile } from "../files/store-file.ts";
import { addDocument } from "./add-document.ts";
import { fetchBase, jobOf, requireRoom, type SendJobs } from "./internal.ts";
import { type KnowledgeDocumentOut, toDocumentOut } from "./schemas.ts";

const UPLOAD_MS = 60_000;

type Upload = { baseId: string; name: string; sniff: (bytes: Uint8Array) => string };

export const documentKey = (tenantId: string, baseId: string, documentId: string): string =>
  `${tenantId}/knowledge/${baseId}/${documentId}`;

/** Stores the file and leaves the reading to whoever does that; what it is is found out from its bytes. */
export async function uploadDocument(
  ctx: Ctx,
  bucket: R2Bucket,
  { baseId, name, sniff }: Upload,
  body: ReadableStream<Uint8Array> | null,
  send: SendJobs,
): Promise<KnowledgeDocumentOut> {
  requirePermission(ctx, "knowledge.write");
  await fetchBase(ctx, baseId);
  await requireRoom(ctx, baseId);
  const title = cleanName(name);
  if (title === "")
    throw new AppError("BAD_REQUEST", "no name", { fields: [{ path: "name", message: "A name that can be shown" }] });
  if (body === null) throw empty();
  const id = newId("document", ctx.now());
  const fileKey = documentKey(ctx.tenantId, baseId, id);
  const label = { typeOf: (bytes: Uint8Array) => mimeOf(sniff(bytes), title) };
  const stored = await storeFile(bucket, fileKey, body, AbortSignal.timeout(UPLOAD_MS), label);
  if (stored === null)
    throw new AppError("PAYLOAD_TOO_LARGE", "file over the limit", {
      publicMessage: `At most ${MAX_FILE_BYTES} bytes`,
    });
  if (stored.size === 0) {
    await bucket.delete(fileKey);
    throw empty();
  }
  const { mime, size, sha256 } = stored;
  const about = { id, baseId, kind: "file" as const, title, fileKey, mime, size, sha256, question: null, answer: null };
  const { row, isNew } = await addDocument(ctx, about);
  if (!isNew) await bucket.delete(fileKey);
  if (row.status === "queued") await send([jobOf(ctx, row.id)]);
  return toDocumentOut(row);
}

const empty = (): AppError => new AppError("BAD_REQUEST", "empty file", { publicMessage: "The file is empty" });
