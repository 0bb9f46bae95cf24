import { chunksAt, searchChunks } from "@charla/db/knowledge/statements";
import type { Passage } from "@charla/domain/knowledge";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";

type Chunk = Pick<Passage, "documentId" | "n" | "baseId" | "title" | "heading" | "text" | "language">;
type Place = Pick<Passage, "documentId" | "n">;

/** By words, best first. */
export async function findByWords(ctx: Ctx, match: string, limit: number): Promise<(Chunk & { score: number })[]> {
  requirePermission(ctx, "knowledge.read");
  const { results } = await ctx.db.d1.prepare(searchChunks).bind(match, limit).all<Chunk & { score: number }>();
  return results;
}

export async function findByPlace(ctx: Ctx, places: readonly Place[], bases: readonly string[]): Promise<Chunk[]> {
  requirePermission(ctx, "knowledge.read");
  const asked = JSON.stringify(places.map(({ documentId, n }) => [documentId, n]));
  const { results } = await ctx.db.d1.prepare(chunksAt).bind(asked, JSON.stringify(bases)).all<Chunk>();
  return results;
}
