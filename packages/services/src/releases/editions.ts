import type { AgentRow } from "@charla/db/tenant/agents";
import { AppError } from "@charla/domain/errors";
import { AgentSettings, Release, releaseKvKey } from "@charla/domain/release";
import { type Change, changesBetween } from "@charla/domain/changes";
import * as z from "zod";
import type { Ctx } from "../context.ts";
import { fetchRelease } from "./internal.ts";
import type { Edition, ReleaseRef, ResolveTools } from "./schemas.ts";

/** An agent as it is, was or would be: what is compared. */
export type Content = Pick<Release, "settings" | "tools">;
type Named = { content: Content; edition: Edition };

/** Null where a publication broke off before the content was written. */
export async function contentOf({ config, tenantId }: Ctx, releaseId: string): Promise<Release | null> {
  const content = await config.get(releaseKvKey(tenantId, releaseId));
  return content === null ? null : Release.parse(JSON.parse(content));
}

export async function releaseEdition(ctx: Ctx, ref: ReleaseRef): Promise<Named> {
  const { id, number } = await fetchRelease(ctx, ref);
  const content = await contentOf(ctx, id);
  if (content === null) throw new AppError("NOT_FOUND", `release ${id} has no content`);
  return { content, edition: { releaseId: id, number } };
}

/** As it would be published now, so that tools are compared as they would run. */
export async function draftEdition({ settings, version }: AgentRow, resolveTools: ResolveTools): Promise<Named> {
  const { tools, ...rest } = AgentSettings.parse(settings);
  return { content: { settings: rest, tools: await resolveTools(tools) }, edition: { draftVersion: version } };
}

/** What runs, or null where nothing does. */
export async function runningEdition(ctx: Ctx, { id: agentId, releaseId }: AgentRow): Promise<Named | null> {
  if (releaseId === null || (await contentOf(ctx, releaseId)) === null) return null;
  return releaseEdition(ctx, { agentId, releaseId });
}

export function changesOf(before: Content | null, after: Content): Change[] {
  return changesBetween(before === null ? {} : flat(before), flat(after));
}

/** As an author sees it: tools are one of the settings. */
const flat = ({ settings, tools }: Content) => z.json().parse(JSON.parse(JSON.stringify({ ...settings, tools })));
