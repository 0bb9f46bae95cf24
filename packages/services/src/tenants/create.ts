import { FIRST_CELL } from "@charla/db/control/cells";
import { claimDatabase, insertTenantWithDatabase } from "@charla/db/control/statements";
import { type TenantRow, tenants } from "@charla/db/control/tenants";
import { AppError, messageOf } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { registerPool } from "../pool/register.ts";
import { newWrappedKey } from "../vault/keyring.ts";
import { completeTenant } from "./complete.ts";
import { type CreateTenantInput, type TenantOut, toTenantOut } from "./schemas.ts";

/** Claims a database and writes the tenant in one transaction, then furnishes it; one that broke off half-way is finished. */
export async function createTenant(platform: PlatformCtx, input: CreateTenantInput): Promise<TenantOut> {
  requirePermission(platform, "tenants.write");
  const begun = (await bySlug(platform, input.slug)) ?? (await claim(platform, input));
  if (begun.status !== "creating") {
    throw new AppError("CONFLICT", `slug ${input.slug} is taken`, {
      fields: [{ path: "slug", message: { es: "Ya está en uso", en: "Already in use" } }],
    });
  }
  return toTenantOut(await completeTenant(platform, begun));
}

async function bySlug({ control }: PlatformCtx, slug: string): Promise<TenantRow | undefined> {
  const [row] = await control.orm.select().from(tenants).where(eq(tenants.slug, slug)).limit(1);
  return row;
}

async function claim(platform: PlatformCtx, input: CreateTenantInput): Promise<TenantRow> {
  const wrappedKey = await newWrappedKey(platform.keyring);
  try {
    if (!(await tryClaim(platform, input, wrappedKey))) {
      // The pool may have grown since it was last written down, here or by a creation beside this one.
      await registerPool(platform);
      const claimed = await tryClaim(platform, input, wrappedKey);
      if (!claimed && (await bySlug(platform, input.slug)) === undefined) throw exhausted();
    }
  } catch (error) {
    // Somebody creates the same tenant at this moment: both go on with the one row there is.
    if (!messageOf(error).includes("UNIQUE constraint failed: tenants.slug")) throw error;
  }
  const row = await bySlug(platform, input.slug);
  if (row === undefined) throw new AppError("UNAVAILABLE", `tenant ${input.slug} vanished while it was created`);
  return row;
}

const exhausted = (): AppError =>
  new AppError("POOL_EXHAUSTED", "no free database in the pool", {
    publicMessage: {
      es: "No queda ninguna base de datos libre en la reserva",
      en: "No free database is left in the pool",
    },
  });

async function tryClaim(platform: PlatformCtx, input: CreateTenantInput, wrappedKey: string): Promise<boolean> {
  const { control, now } = platform;
  const id = newId("tenant", now());
  const { slug, name, language, limits } = input;
  const [claimed] = await control.d1.batch([
    control.d1.prepare(claimDatabase).bind(id, now(), FIRST_CELL),
    control.d1
      .prepare(insertTenantWithDatabase)
      .bind(id, slug, name, language, FIRST_CELL, wrappedKey, JSON.stringify(limits), now()),
  ]);
  return claimed !== undefined && claimed.results.length === 1;
}
