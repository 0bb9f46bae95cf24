import type { ChannelRow } from "@charla/db/tenant/channels";
import type { ChannelConnection } from "@charla/domain/channel-connection";
import { AppError, isAppError } from "@charla/domain/errors";
import type { Ctx } from "../context.ts";
import { say } from "./connect-words.ts";
import { changeChannel, fetchChannel } from "./internal.ts";
import type { ChannelKind, VendorReport } from "./kinds.ts";
import { openSecrets, sealSecrets } from "./secrets.ts";
import { parseConfig, parseSecrets } from "./validate.ts";

const TRIES = 5;

/**
 * Writes what was found over the channel as it is by now. What was learnt is kept in any case, since a vendor may not say
 * it twice; but of settings that changed meanwhile the report says nothing, so it is not kept as theirs.
 */
export async function keepReport(
  ctx: Ctx,
  asked: ChannelRow,
  kind: ChannelKind,
  report: VendorReport,
  connectedBy: (checks: ChannelConnection["checks"]) => boolean,
): Promise<{ connection: ChannelConnection; version: number }> {
  for (let tries = 0; tries < TRIES; tries++) {
    const row = tries === 0 ? asked : await fetchChannel(ctx, asked.id);
    const isSame = row.sealedSecrets === asked.sealedSecrets && sameJson(row.config, asked.config);
    const { kept, ...learnt } = await learn(ctx, row, kind, report);
    const checks = kept ? report.checks : [...report.checks, say.notKept];
    const connection = { connected: connectedBy(checks), checkedAt: ctx.now(), checks, facts: report.facts };
    const changed = await changeIf(ctx, row, isSame ? { ...learnt, connection } : learnt);
    if (changed === null) continue;
    if (isSame) return { connection, version: changed.version };
    break;
  }
  throw new AppError("CONFLICT", `channel ${asked.id} changed while it was connected`, {
    publicMessage: {
      es: "El canal cambió mientras tanto; inténtalo de nuevo",
      en: "The channel was changed meanwhile; try again",
    },
  });
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

type Learnt = Pick<ChannelRow, "config" | "sealedSecrets"> & { kept: boolean };

/** What the vendor said need not pass the schema; it is not the person's mistake, so it is no error of theirs. */
async function learn(
  ctx: Ctx,
  row: ChannelRow,
  kind: ChannelKind,
  { learnt, learntSecrets }: VendorReport,
): Promise<Learnt> {
  try {
    const config = Object.keys(learnt).length === 0 ? row.config : parseConfig(kind, { ...row.config, ...learnt });
    if (learntSecrets === undefined) return { config, sealedSecrets: row.sealedSecrets, kept: true };
    const secrets = { ...(await openSecrets(ctx, row.id, row.sealedSecrets)), ...learntSecrets };
    return { config, sealedSecrets: await sealSecrets(ctx, row.id, parseSecrets(kind, secrets)), kept: true };
  } catch (error) {
    if (!isAppError(error, "UNPROCESSABLE")) throw error;
    return { config: row.config, sealedSecrets: row.sealedSecrets, kept: false };
  }
}

async function changeIf(ctx: Ctx, row: ChannelRow, change: Partial<ChannelRow>): Promise<ChannelRow | null> {
  try {
    return await changeChannel(ctx, row.id, change, row.version);
  } catch (error) {
    if (isAppError(error, "PRECONDITION_FAILED")) return null;
    throw error;
  }
}
