import type { Account, ChannelWebhook } from "@charla/channels/contract";
import { webhookOf } from "@charla/channels/webhooks";
import { webhookUrlOf, type ChannelRoute } from "@charla/domain/channel-record";
import { AppError } from "@charla/domain/errors";
import type { Logger } from "@charla/telemetry/logger";

/** A connected account as a webhook needs it: record parsed, secrets opened. */
export type OpenAccount = { route: ChannelRoute; channel: ChannelWebhook; account: Account };

const FRESH_MS = 30_000;
/** Ids are random, so an unknown one is a mistake or a probe: soon forgotten, in case it is just being created. */
const UNKNOWN_MS = 2_000;
const STALE_MS = 24 * 3_600_000;
const CAPACITY = 5_000;

type Entry = { found: OpenAccount | null; freshUntil: number; staleUntil: number };

export type AccountSources = {
  /** The record, from the cache or, when that fails, from the authority; `null` when there is none. */
  route(channelId: string): Promise<ChannelRoute | null>;
  secrets(route: ChannelRoute): Promise<unknown>;
  publicBaseUrl: string;
};

/** Isolate memory first; while the record cannot be read again, the last known one serves on. */
export class AccountDirectory {
  readonly #sources: AccountSources;
  readonly #log: Logger;
  readonly #entries = new Map<string, Entry>();

  constructor(sources: AccountSources, log: Logger) {
    this.#sources = sources;
    this.#log = log;
  }

  async find(channelId: string, now: number): Promise<OpenAccount | null> {
    const known = this.#entries.get(channelId);
    if (known !== undefined && now < known.freshUntil) return known.found;
    try {
      const route = await this.#sources.route(channelId);
      const found = route === null ? null : await this.#open(channelId, route);
      this.#remember(channelId, {
        found,
        freshUntil: now + (found ? FRESH_MS : UNKNOWN_MS),
        staleUntil: now + STALE_MS,
      });
      return found;
    } catch (error) {
      if (known === undefined || known.found === null || now >= known.staleUntil) throw error;
      this.#log.warn("account:stale", { channelId, tenantId: known.found.route.tenantId, error });
      this.#remember(channelId, { ...known, freshUntil: now + UNKNOWN_MS });
      return known.found;
    }
  }

  async #open(channelId: string, route: ChannelRoute): Promise<OpenAccount> {
    const channel = webhookOf(route.kind);
    if (channel === undefined || route.id !== channelId) throw new AppError("INTERNAL", "the record fits no channel");
    const account = {
      id: channelId,
      tenantId: route.tenantId,
      config: channel.configSchema.parse(route.config),
      secrets: channel.secretsSchema.parse(await this.#sources.secrets(route)),
      webhookUrl: webhookUrlOf(this.#sources.publicBaseUrl, route.kind, channelId),
    };
    return { route, channel, account };
  }

  #remember(channelId: string, entry: Entry): void {
    this.#entries.delete(channelId);
    this.#entries.set(channelId, entry);
    if (this.#entries.size <= CAPACITY) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
