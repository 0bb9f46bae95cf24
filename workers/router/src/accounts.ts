import type { Account, ChannelWebhook } from "@charla/channels/contract";
import { webhookOf } from "@charla/channels/webhooks";
import { webhookUrlOf, type ChannelRoute } from "@charla/domain/channel-record";
import { AppError } from "@charla/domain/errors";
import { TokenBuckets } from "@charla/domain/token-buckets";
import type { Logger } from "@charla/telemetry/logger";

/** A connected account as a webhook needs it: record parsed, secrets opened. */
export type OpenAccount = { route: ChannelRoute; channel: ChannelWebhook; account: Account };

const FRESH_MS = 30_000;
/** Ids are random, so an unknown one is a mistake or a probe: soon forgotten, in case it is just being created. */
const UNKNOWN_MS = 2_000;
const STALE_MS = 24 * 3_600_000;
const CAPACITY = 5_000;
/** Reads that somebody who cannot sign may cause: one account's, and all together, in one isolate. */
const REREADS = { perAccount: { burst: 1, perSecond: 0.1 }, total: { burst: 20, perSecond: 2 } };

type Entry = { found: OpenAccount | null; freshUntil: number; staleUntil: number };

export type AccountSources = {
  /** The record, from the cache or, when that fails, from the authority; `null` when there is none. */
  route(channelId: string): Promise<ChannelRoute | null>;
  /** The record as the authority has it, past every cache. */
  authority(channelId: string): Promise<ChannelRoute | null>;
  secrets(route: ChannelRoute): Promise<unknown>;
  publicBaseUrl: string;
};

/** Isolate memory first; while the record cannot be read again, the last known one serves on. */
export class AccountDirectory {
  readonly #sources: AccountSources;
  readonly #log: Logger;
  readonly #entries = new Map<string, Entry>();
  readonly #ofAccount = new TokenBuckets(REREADS.perAccount.burst, REREADS.perAccount.perSecond, CAPACITY);
  readonly #ofAll = new TokenBuckets(REREADS.total.burst, REREADS.total.perSecond, 1);

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

  /**
   * For a signature that does not fit: the account as it has become since, where it has changed. Its secret may have been
   * rotated while the old record was remembered here.
   */
  async changed({ route: { id }, account: used }: OpenAccount, now: number): Promise<OpenAccount | null> {
    const known = this.#entries.get(id)?.found;
    // Somebody else has looked meanwhile.
    if (known && !sameSecrets(known.account, used)) return known;
    if (this.#ofAccount.take(id, now) > 0 || this.#ofAll.take("all", now) > 0) return null;
    try {
      const route = await this.#sources.authority(id);
      if (route === null || route.status !== "active") return null;
      const found = await this.#open(id, route);
      this.#remember(id, { found, freshUntil: now + FRESH_MS, staleUntil: now + STALE_MS });
      return sameSecrets(found.account, used) ? null : found;
    } catch (error) {
      this.#log.warn("account:stale", { channelId: id, tenantId: used.tenantId, error });
      return null;
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

const sameSecrets = (a: Account, b: Account): boolean => JSON.stringify(a.secrets) === JSON.stringify(b.secrets);
