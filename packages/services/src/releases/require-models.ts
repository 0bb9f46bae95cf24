import { providers } from "@charla/db/tenant/providers";
import { AppError } from "@charla/domain/errors";
import { knownModel } from "@charla/domain/known-models";
import { ModelVendor } from "@charla/domain/model-vendor";
import type { ModelRef } from "@charla/domain/release";
import { namedModels, type Task } from "@charla/domain/task-models";
import { inArray } from "drizzle-orm";
import type { Ctx } from "../context.ts";

/** What an agent names must be there, and able to do what it is named for as far as that is known. */
export async function requireModels(ctx: Ctx, settings: Parameters<typeof namedModels>[0]): Promise<void> {
  const named = namedModels(settings);
  const wanted = [...new Set(named.map(({ ref }) => ref.provider).filter((id) => id.startsWith("prv_")))];
  const rows =
    wanted.length === 0
      ? []
      : await ctx.db.orm
          .select({ id: providers.id, kind: providers.kind })
          .from(providers)
          .where(inArray(providers.id, wanted));
  const kinds = new Map(rows.map(({ id, kind }) => [id, ModelVendor.parse(kind)]));
  for (const { path, ref, task } of named) {
    const kind = ref.provider === "workers-ai" ? ref.provider : kinds.get(ref.provider);
    if (kind === undefined) throw refused(`${path}.provider`, `Unknown provider ${ref.provider}`);
    const lack = lackOf(task, ref, kind);
    if (lack) throw refused(`${path}.model`, lack);
  }
}

function lackOf(task: Task, { model }: ModelRef, kind: Parameters<typeof knownModel>[0]): string | null {
  if (task === "describe" && knownModel(kind, model)?.vision === false) return `${model} does not see pictures`;
  if (task === "transcribe" && (kind === "anthropic" || knownModel(kind, model)?.audio === false))
    return `${model} does not hear recordings`;
  return null;
}

const refused = (path: string, message: string): AppError =>
  new AppError("UNPROCESSABLE", message, { fields: [{ path, message }] });
