import { type ChannelConnection, isConnected } from "@charla/domain/channel-connection";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { askVendor, type Outside, type Step } from "./ask-vendor.ts";
import { say } from "./connect-words.ts";
import { whileConnecting } from "./connecting.ts";
import { keepReport } from "./keep-report.ts";
import type { ChannelKinds } from "./kinds.ts";
import { type ConnectionOut, toConnectionOut } from "./schemas.ts";
import { kindOf } from "./validate.ts";

/** What is done after the vendor has answered. */
const TO_FINISH_MS = 15_000;

export type Connected = { connection: ConnectionOut; version: number };

/** Does what the vendor's API lets be done, says what is left, and keeps both; can be repeated at any time. */
export function connectChannel(ctx: Ctx, id: string, kinds: ChannelKinds, outside: Outside): Promise<Connected> {
  return step(ctx, id, kinds, "connect", outside);
}

/** Undoes it, so that the vendor no longer delivers here; the channel itself stays as it is. */
export function disconnectChannel(ctx: Ctx, id: string, kinds: ChannelKinds, outside: Outside): Promise<Connected> {
  return step(ctx, id, kinds, "disconnect", outside);
}

async function step(ctx: Ctx, id: string, kinds: ChannelKinds, what: Step, outside: Outside): Promise<Connected> {
  requirePermission(ctx, "channels.write");
  return whileConnecting(ctx, id, outside.deadlineMs + TO_FINISH_MS, async (row) => {
    const kind = kindOf(kinds, row.kind);
    const report = await askVendor(ctx, row, kind, what, outside);
    if (what === "connect" && row.status === "disabled") report.checks.push(say.disabled);
    const connectedBy = (checks: ChannelConnection["checks"]): boolean => {
      // Without a vendor there is nothing that could be cut off.
      if (what === "connect" || kind.connect === undefined) return isConnected({ checks });
      // Where disconnecting failed, the vendor is as it was.
      return !isConnected({ checks }) && (row.connection?.connected ?? false);
    };
    const { connection, version } = await keepReport(ctx, row, kind, report, connectedBy);
    return { connection: toConnectionOut(connection), version };
  });
}
