import { createKnowledgeBase } from "@charla/services/knowledge/create-base";
import { deleteKnowledgeBase } from "@charla/services/knowledge/delete-base";
import { getKnowledgeBase } from "@charla/services/knowledge/get-base";
import { listKnowledgeBases } from "@charla/services/knowledge/list-bases";
import {
  CreateKnowledgeBaseInput,
  KnowledgeBaseOut,
  UpdateKnowledgeBaseInput,
} from "@charla/services/knowledge/schemas";
import { updateKnowledgeBase } from "@charla/services/knowledge/update-base";
import { endpoint } from "../endpoint.ts";
import { etagOf, ifMatch } from "../etag.ts";
import { sendJobs } from "../knowledge-jobs.ts";
import { pageOf, PageQuery } from "../page.ts";
import { knowledgeBasePath } from "../schemas.ts";

export const knowledgeBasesCreate = endpoint({
  id: "createKnowledgeBase",
  tag: "knowledge",
  method: "post",
  path: "/v1/knowledge-bases",
  summary: "Create a knowledge base",
  description: "Documents and answers go into it; agents name it in `settings.knowledge.bases` and answer from it.",
  access: { who: "tenant", permission: "knowledge.write" },
  body: CreateKnowledgeBaseInput,
  example: { name: "Shop", description: "Prices, opening hours, returns" },
  response: KnowledgeBaseOut,
  status: 201,
  handle: async ({ c, body }) => {
    const base = await createKnowledgeBase(c.var.ctx, body);
    return { body: base, location: `/v1/knowledge-bases/${base.id}` };
  },
});

export const knowledgeBasesList = endpoint({
  id: "listKnowledgeBases",
  tag: "knowledge",
  method: "get",
  path: "/v1/knowledge-bases",
  summary: "List knowledge bases",
  access: { who: "tenant", permission: "knowledge.read" },
  query: PageQuery,
  response: pageOf(KnowledgeBaseOut),
  handle: async ({ c, query }) => ({ body: await listKnowledgeBases(c.var.ctx, query) }),
});

export const knowledgeBasesGet = endpoint({
  id: "getKnowledgeBase",
  tag: "knowledge",
  method: "get",
  path: "/v1/knowledge-bases/{knowledgeBaseId}",
  summary: "Read a knowledge base",
  access: { who: "tenant", permission: "knowledge.read" },
  params: knowledgeBasePath,
  response: KnowledgeBaseOut,
  handle: async ({ c, params }) => {
    const base = await getKnowledgeBase(c.var.ctx, params.knowledgeBaseId);
    return { body: base, etag: etagOf(base.version) };
  },
});

export const knowledgeBasesUpdate = endpoint({
  id: "updateKnowledgeBase",
  tag: "knowledge",
  method: "patch",
  path: "/v1/knowledge-bases/{knowledgeBaseId}",
  summary: "Change a knowledge base",
  access: { who: "tenant", permission: "knowledge.write" },
  params: knowledgeBasePath,
  body: UpdateKnowledgeBaseInput,
  example: { name: "Shop, Valencia" },
  response: KnowledgeBaseOut,
  handle: async ({ c, params, body }) => {
    const ifVersion = ifMatch(c.req.header("if-match"));
    const change = { ...body, ...(ifVersion === undefined ? {} : { ifVersion }) };
    const base = await updateKnowledgeBase(c.var.ctx, params.knowledgeBaseId, change);
    return { body: base, etag: etagOf(base.version) };
  },
});

export const knowledgeBasesDelete = endpoint({
  id: "deleteKnowledgeBase",
  tag: "knowledge",
  method: "delete",
  path: "/v1/knowledge-bases/{knowledgeBaseId}",
  summary: "Delete a knowledge base",
  description:
    "With everything in it. Nothing of it is found from then on; its files and vectors go in the background.",
  access: { who: "tenant", permission: "knowledge.write" },
  params: knowledgeBasePath,
  status: 204,
  handle: async ({ c, params }) => ({
    body: await deleteKnowledgeBase(c.var.ctx, params.knowledgeBaseId, sendJobs(c.env)),
  }),
});
