import type { ChannelRow } from "@charla/db/tenant/channels";
import { webhookUrlOf } from "@charla/domain/channel-record";
import { messageOf } from "@charla/domain/errors";
import type { Ctx } from "../context.ts";
import { leftToPerson, say } from "./connect-words.ts";
import { secretHider } from "./hide-secrets.ts";
import type { ChannelKind, OpenAccount, VendorReport } from "./kinds.ts";
import { openSecrets } from "./secrets.ts";
import { parseConfig, parseSecrets } from "./validate.ts";

export type Step = "connect" | "disconnect";

/** How the vendor is reached, and who hears of what only a programmer can mend. */
export type Outside = {
  fetch: typeof fetch;
  deadlineMs: number;
  failed?: (failure: { channelId: string; channelKind: string; error: Error }) => void;
};

/** The channel's own steps, whatever happens in them: an outcome without an answer is a report like any other. */
export async function askVendor(
  ctx: Ctx,
  row: ChannelRow,
  kind: ChannelKind,
  step: Step,
  outside: Outside,
): Promise<VendorReport> {
  const secrets = parseSecrets(kind, await openSecrets(ctx, row.id, row.sealedSecrets));
  const webhookUrl = webhookUrlOf(ctx.publicBaseUrl, row.kind, row.id);
  const account = { id: row.id, tenantId: ctx.tenantId, config: parseConfig(kind, row.config), secrets, webhookUrl };
  try {
    const report = await inTime(outside.deadlineMs, (signal) => run(kind, step, account, { ...outside, signal }, ctx));
    const { learntSecrets, ...shown } = report;
    const hide = secretHider(secrets, learntSecrets);
    return { ...hide(shown), ...(learntSecrets !== undefined && { learntSecrets }) };
  } catch (error) {
    const message = secretHider(secrets)(messageOf(error));
    outside.failed?.({ channelId: row.id, channelKind: row.kind, error: new Error(message) });
    return only(say.noAnswer);
  }
}

const only = (check: VendorReport["checks"][number]): VendorReport => ({ checks: [check], facts: {}, learnt: {} });

async function run(
  kind: ChannelKind,
  step: Step,
  account: OpenAccount,
  { fetch, signal }: { fetch: Outside["fetch"]; signal: AbortSignal },
  { now }: Ctx,
): Promise<VendorReport> {
  const context = { fetch, signal, now: now() };
  if (kind.connect === undefined) return only(step === "connect" ? say.nothingToConnect : say.nothingToDisconnect);
  if (step === "connect") return kind.connect(account, context);
  return kind.disconnect?.(account, context) ?? only(leftToPerson(account.webhookUrl));
}

/** A step that does not heed the signal is not waited for either. */
function inTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(ms);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("no answer in time")), { once: true });
  });
  return Promise.race([work(signal), late]);
}
