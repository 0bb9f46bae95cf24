import type { ParsedWebhook } from "@charla/channels/contract";
import type { ChannelRoute } from "@charla/domain/channel-record";
import { AppError, messageOf } from "@charla/domain/errors";
import type { Deps } from "./deps.ts";

/**
 * Some vendors now and then name a person by an alias and not by what their conversation goes by. Only the lists know
 * whose alias it is; what they do not know begins a conversation of its own. While they cannot be asked the vendor keeps it.
 */
export async function byAlias(
  parsed: ParsedWebhook,
  { tenantId, id: channelId, kind: channelKind }: ChannelRoute,
  deps: Deps,
): Promise<ParsedWebhook> {
  if (!parsed.arrivals.some((arrival) => arrival.byAlias)) return parsed;
  const arrivals = await Promise.all(
    parsed.arrivals.map(async (arrival) => {
      if (!arrival.byAlias) return arrival;
      const { address } = arrival.contact;
      const thread = await deps.threadAt(tenantId, { channelId, channelKind, address }).catch((error: unknown) => {
        throw new AppError("UNAVAILABLE", `nobody can say whose address it is: ${messageOf(error)}`);
      });
      return { ...arrival, thread: thread ?? arrival.thread };
    }),
  );
  return { ...parsed, arrivals };
}
