import { hexOf } from "@charla/domain/hex";
import { newId } from "@charla/domain/ids";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { utf8 } from "../vault/bytes.ts";
import { addDocument } from "./add-document.ts";
import { fetchBase, jobOf, requireRoom, type SendJobs } from "./internal.ts";
import { type CreateAnswerInput, type KnowledgeDocumentOut, toDocumentOut } from "./schemas.ts";

/** A question with its answer is a document of one passage. */
export async function addAnswer(
  ctx: Ctx,
  baseId: string,
  { question, answer }: CreateAnswerInput,
  send: SendJobs,
): Promise<KnowledgeDocumentOut> {
  requirePermission(ctx, "knowledge.write");
  await fetchBase(ctx, baseId);
  await requireRoom(ctx, baseId);
  const content = utf8(JSON.stringify([question, answer]));
  const { row } = await addDocument(ctx, {
    id: newId("document", ctx.now()),
    baseId,
    kind: "answer",
    title: question.slice(0, 200).toWellFormed(),
    fileKey: "",
    mime: "text/plain",
    size: content.byteLength,
    question,
    answer,
    sha256: hexOf(await crypto.subtle.digest("SHA-256", content)),
  });
  if (row.status === "queued") await send([jobOf(ctx, row.id)]);
  return toDocumentOut(row);
}
