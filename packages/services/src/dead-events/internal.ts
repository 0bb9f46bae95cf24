import { type DeadEventRow, deadEvents } from "@charla/db/control/dead-events";
import { AppError } from "@charla/domain/errors";
import { and, eq, isNotNull, isNull, type SQL } from "drizzle-orm";
import type { PlatformCtx } from "../context.ts";
import { isoTime } from "../paging.ts";
import { openBox } from "../vault/box.ts";
import { aadOf } from "../vault/seal.ts";
import type { DeadEventOut, DeadEventState } from "./schemas.ts";

export const aadOfEvent = (id: string): string => aadOf("platform", id, "dead-event");

export const isWaiting = and(isNull(deadEvents.replayedAt), isNull(deadEvents.discardedAt));

export function inState(state: DeadEventState | undefined): SQL | undefined {
  if (state === undefined) return undefined;
  if (state === "waiting") return isWaiting;
  return isNotNull(state === "replayed" ? deadEvents.replayedAt : deadEvents.discardedAt);
}

export async function fetchEvent({ control }: PlatformCtx, id: string): Promise<DeadEventRow> {
  const [row] = await control.orm.select().from(deadEvents).where(eq(deadEvents.id, id)).limit(1);
  if (row === undefined) throw new AppError("NOT_FOUND", `no dead event ${id}`);
  return row;
}

/** A discarded event has no content any more. */
export const contentOf = async ({ keyring }: PlatformCtx, { id, sealedBody }: DeadEventRow): Promise<string | null> =>
  sealedBody === "" ? null : openBox(keyring, aadOfEvent(id), sealedBody);

export const stateOf = ({ replayedAt, discardedAt }: DeadEventRow): DeadEventState =>
  replayedAt !== null ? "replayed" : discardedAt !== null ? "discarded" : "waiting";

export function toDeadEventOut(row: DeadEventRow): DeadEventOut {
  const { id, queue, tenantId, reason, at, settledBy } = row;
  const settledAt = row.replayedAt ?? row.discardedAt;
  return {
    id,
    queue,
    tenantId,
    state: stateOf(row),
    reason,
    at: isoTime(at),
    settledAt: settledAt === null ? null : isoTime(settledAt),
    settledBy,
  };
}

export const alreadySettled = (row: DeadEventRow): AppError =>
  new AppError("CONFLICT", `dead event ${row.id} is ${stateOf(row)}`, {
    publicMessage: { es: "Este evento ya se repitió o se descartó", en: `This event was ${stateOf(row)} already` },
  });
