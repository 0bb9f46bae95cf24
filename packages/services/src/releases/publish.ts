import { insertRelease } from "@charla/db/tenant-statements";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { type Release, releaseKvKey } from "@charla/domain/release";
import { checkTexts } from "../agents/check-texts.ts";
import { fetchActiveAgent } from "../agents/internal.ts";
import { requirePermission } from "../auth/permissions.ts";
import { type Ctx, actorName } from "../context.ts";
import { requireBases } from "../knowledge/internal.ts";
import { requireRoom } from "../canaries/start.ts";
import { changesOf, draftEdition, runningEdition } from "./editions.ts";
import { fetchRelease, putInForce } from "./internal.ts";
import { requireModels } from "./require-models.ts";
import { type PublishReleaseInput, type PublishedOut, type ResolveTools, toReleaseOut } from "./schemas.ts";

/** Freezes the draft. The content is in place before anything points to it. */
export async function publishRelease(
  ctx: Ctx,
  input: PublishReleaseInput,
  resolveTools: ResolveTools,
): Promise<PublishedOut> {
  requirePermission(ctx, "releases.publish");
  const agent = await fetchActiveAgent(ctx, input.agentId);
  checkTexts(agent.settings);
  if (input.canary !== undefined) await requireRoom(ctx, agent);
  await requireModels(ctx, agent.settings);
  const { knowledge } = agent.settings;
  if (knowledge !== undefined) await requireBases(ctx, knowledge.bases, "settings.knowledge.bases");
  const [before, { content }] = await Promise.all([runningEdition(ctx, agent), draftEdition(agent, resolveTools)]);
  const now = ctx.now();
  const id = newId("release", now);
  const note = input.note ?? "";
  const number = await ctx.db.d1
    .prepare(insertRelease)
    .bind(id, agent.id, note, actorName(ctx.actor), now)
    .first<number>("number");
  if (number === null) throw new AppError("INTERNAL", `release ${id} was not written`);
  const createdAt = new Date(now).toISOString();
  const release: Release = {
    v: 1,
    id,
    tenantId: ctx.tenantId,
    agentId: agent.id,
    number,
    createdAt,
    note,
    ...content,
    tenantName: ctx.tenant.name,
  };
  await ctx.config.put(releaseKvKey(ctx.tenantId, id), JSON.stringify(release));
  const { currentId, canary } = await putInForce(ctx, agent, id, input.canary);
  const row = await fetchRelease(ctx, { agentId: agent.id, releaseId: id });
  return { ...toReleaseOut(row, currentId), canary, changes: changesOf(before?.content ?? null, content) };
}
