import { sniff } from "@charla/documents/sniff";
import { AppError } from "@charla/domain/errors";
import { MAX_FILE_BYTES } from "@charla/services/files/store-file";
import { addAnswer } from "@charla/services/knowledge/add-answer";
import { deleteDocument } from "@charla/services/knowledge/delete-document";
import { getDocument } from "@charla/services/knowledge/get-document";
import { listDocuments } from "@charla/services/knowledge/list-documents";
import { reindexDocument } from "@charla/services/knowledge/reindex";
import { CreateAnswerInput, KnowledgeDocumentOut, ListDocumentsInput } from "@charla/services/knowledge/schemas";
import { uploadDocument } from "@charla/services/knowledge/upload";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { sendJobs } from "../knowledge-jobs.ts";
import { pageOf } from "../page.ts";
import { knowledgeBasePath, knowledgeDocumentPath } from "../schemas.ts";

const UploadQuery = z.object({
  name: z.string().min(1).max(500).describe("Its name with the ending; passages are shown under it"),
});

const placeOf = ({ knowledgeBaseId, documentId }: { knowledgeBaseId: string; documentId: string }) => ({
  baseId: knowledgeBaseId,
  documentId,
});

export const knowledgeDocumentsUpload = endpoint({
  id: "uploadKnowledgeDocument",
  tag: "knowledge",
  method: "post",
  path: "/v1/knowledge-bases/{knowledgeBaseId}/documents",
  summary: "Upload a document",
  description:
    "The body is the file itself: PDF, DOCX, XLSX, CSV, HTML, Markdown or text; what it is is found out from its bytes. It is read in the background, `status` says how far that is. The same file again is the same document.",
  access: { who: "tenant", permission: "knowledge.write" },
  params: knowledgeBasePath,
  query: UploadQuery,
  upload: { maxBytes: MAX_FILE_BYTES },
  response: KnowledgeDocumentOut,
  status: 202,
  handle: async ({ c, params: { knowledgeBaseId }, query }) => {
    const { headers, body } = c.req.raw;
    if (headers.has("content-encoding") || headers.get("content-type")?.startsWith("multipart/") === true)
      throw new AppError("UNSUPPORTED_MEDIA_TYPE", "not a plain file", {
        publicMessage: "Send the bytes of one file as the body, without form or content encoding",
      });
    const upload = { baseId: knowledgeBaseId, name: query.name, sniff: (bytes: Uint8Array) => sniff(bytes).mime };
    return { body: await uploadDocument(c.var.ctx, c.env.FILES, upload, body, sendJobs(c.env)) };
  },
});

export const knowledgeAnswersAdd = endpoint({
  id: "addKnowledgeAnswer",
  tag: "knowledge",
  method: "post",
  path: "/v1/knowledge-bases/{knowledgeBaseId}/answers",
  summary: "Add a question with its answer",
  description: "A document of one passage, found by the words and the meaning of both.",
  access: { who: "tenant", permission: "knowledge.write" },
  params: knowledgeBasePath,
  body: CreateAnswerInput,
  example: { question: "Do you repair electric bicycles?", answer: "Yes, of every make, within three working days." },
  response: KnowledgeDocumentOut,
  status: 202,
  handle: async ({ c, params, body }) => ({
    body: await addAnswer(c.var.ctx, params.knowledgeBaseId, body, sendJobs(c.env)),
  }),
});

export const knowledgeDocumentsList = endpoint({
  id: "listKnowledgeDocuments",
  tag: "knowledge",
  method: "get",
  path: "/v1/knowledge-bases/{knowledgeBaseId}/documents",
  summary: "List documents and answers",
  access: { who: "tenant", permission: "knowledge.read" },
  params: knowledgeBasePath,
  query: z.strictObject(ListDocumentsInput.shape),
  response: pageOf(KnowledgeDocumentOut),
  handle: async ({ c, params, query }) => ({
    body: await listDocuments(c.var.ctx, { baseId: params.knowledgeBaseId, ...query }, sendJobs(c.env)),
  }),
});

export const knowledgeDocumentsGet = endpoint({
  id: "getKnowledgeDocument",
  tag: "knowledge",
  method: "get",
  path: "/v1/knowledge-bases/{knowledgeBaseId}/documents/{documentId}",
  summary: "Read a document's state",
  access: { who: "tenant", permission: "knowledge.read" },
  params: knowledgeDocumentPath,
  response: KnowledgeDocumentOut,
  handle: async ({ c, params }) => ({ body: await getDocument(c.var.ctx, placeOf(params), sendJobs(c.env)) }),
});

export const knowledgeDocumentsReindex = endpoint({
  id: "reindexKnowledgeDocument",
  tag: "knowledge",
  method: "post",
  path: "/v1/knowledge-bases/{knowledgeBaseId}/documents/{documentId}/reindex",
  summary: "Read a document again",
  description: "Until it has been read, what was found of it before is found.",
  access: { who: "tenant", permission: "knowledge.write" },
  params: knowledgeDocumentPath,
  response: KnowledgeDocumentOut,
  status: 202,
  handle: async ({ c, params }) => ({ body: await reindexDocument(c.var.ctx, placeOf(params), sendJobs(c.env)) }),
});

export const knowledgeDocumentsDelete = endpoint({
  id: "deleteKnowledgeDocument",
  tag: "knowledge",
  method: "delete",
  path: "/v1/knowledge-bases/{knowledgeBaseId}/documents/{documentId}",
  summary: "Delete a document",
  description: "Nothing of it is found from then on; its file and vectors go in the background.",
  access: { who: "tenant", permission: "knowledge.write" },
  params: knowledgeDocumentPath,
  status: 204,
  handle: async ({ c, params }) => ({ body: await deleteDocument(c.var.ctx, placeOf(params), sendJobs(c.env)) }),
});
