import { insertCanary } from "@charla/db/canaries/statements";
import { type CanaryRow, canaries } from "@charla/db/tenant/canaries";
import type { AgentRow } from "@charla/db/tenant/agents";
import { CanaryLimits } from "@charla/domain/canary-facts";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { eq } from "drizzle-orm";
import { type Ctx, actorName } from "../context.ts";
import { findRunning, settle } from "./internal.ts";
import { mark } from "./marks.ts";
import type { CanaryInput } from "./schemas.ts";

/** Whether one may begin: there is something to compare with, and no other is under way. */
export async function requireRoom(ctx: Ctx, { id, releaseId }: AgentRow, candidate?: string): Promise<string> {
  if (releaseId === null)
    throw conflict("nothing runs", {
      es: "Todavía no hay nada en vigor con lo que compararla",
      en: "Nothing is in force yet that it could be compared with",
    });
  if (releaseId === candidate)
    throw conflict("canary of itself", { es: "Esta versión ya está en vigor", en: "This release is in force already" });
  if ((await findRunning(ctx, id)) !== undefined) throw busy(id);
  return releaseId;
}

/** The release has its content already. */
export async function startCanary(
  ctx: Ctx,
  agent: AgentRow,
  releaseId: string,
  { percent, limits }: CanaryInput,
): Promise<CanaryRow> {
  const { d1, orm } = ctx.db;
  const baseId = await requireRoom(ctx, agent, releaseId);
  const now = ctx.now();
  const id = newId("canary", now);
  await mark(ctx.control, ctx.tenantId, now);
  const kept = JSON.stringify(limits ?? CanaryLimits.parse({}));
  const inserted = await d1
    .prepare(insertCanary)
    .bind(id, agent.id, releaseId, baseId, percent, kept, now, actorName(ctx.actor), "")
    .first<string>("id");
  if (inserted === null) throw busy(agent.id);
  const [row] = await orm.select().from(canaries).where(eq(canaries.id, id)).limit(1);
  if (row === undefined) throw new AppError("INTERNAL", `canary ${id} was not written`);
  await settle(ctx, row);
  return row;
}

const busy = (agentId: string): AppError =>
  conflict(`a canary of ${agentId} is running`, {
    es: "Ya hay una versión a prueba: promuévala o retírela antes",
    en: "A canary is running already: promote or stop it first",
  });

const conflict = (message: string, publicMessage: { es: string; en: string }): AppError =>
  new AppError("CONFLICT", message, { publicMessage });
