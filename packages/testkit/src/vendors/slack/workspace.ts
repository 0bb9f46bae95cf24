import { randomBytes } from "node:crypto";

export type Posted = {
  channel: string;
  ts: string;
  threadTs: string | undefined;
  user: string;
  text: string;
  blocks: Block[];
  metadata: { event_type: string; event_payload: Record<string, unknown> } | undefined;
  ours: boolean;
  files?: SlackFile[];
};
export type Key = { action_id: string; text: string; value: string };
export type Block = { type: string; text?: string; keys?: Key[]; image?: string };
export type SlackFile = { id: string; name: string; mime: string; bytes: Buffer; subtype: string | undefined };

export const SCOPES = [
  "chat:write",
  "app_mentions:read",
  "im:history",
  "files:read",
  "files:write",
  "reactions:read",
  "channels:history",
  "groups:history",
];

let serial = 0;
let clock = 0;

/** Times are ids: seconds and a counter, never the same twice. */
export function nextTs(): string {
  clock = Math.max(clock + 1, Date.now() * 1000);
  return `${Math.floor(clock / 1_000_000)}.${String(clock % 1_000_000).padStart(6, "0")}`;
}

/** One workspace with the app installed in it. */
export class Workspace {
  readonly teamId = `T0TEAM${++serial}`;
  readonly appId = `A0APP${serial}`;
  readonly botUserId = `U0BOT${serial}`;
  readonly botId = `B0BOT${serial}`;
  readonly name: string;
  readonly token = `xoxb-${serial}-${randomBytes(12).toString("hex")}`;
  signingSecret = randomBytes(16).toString("hex");
  scopes = [...SCOPES];
  /** Where events, presses and commands go. */
  url: string | null = null;
  /** How webhooks leave. */
  send = fetch;
  revoked = false;
  readonly channels = new Map<string, { name: string; member: boolean; archived: boolean }>();
  readonly messages: Posted[] = [];
  readonly files = new Map<string, SlackFile>();
  /** Files that were announced; their bytes may have come since. */
  readonly uploads = new Map<string, SlackFile & { length: number }>();
  readonly statuses: { channel: string; threadTs: string; status: string }[] = [];

  constructor(name: string) {
    this.name = name;
  }

  channel(name: string, member = true): string {
    const id = `C0CH${++serial}`;
    this.channels.set(id, { name, member, archived: false });
    return id;
  }

  directMessage(): string {
    const id = `D0DM${++serial}`;
    this.channels.set(id, { name: "directmessage", member: true, archived: false });
    return id;
  }

  keep(bytes: Buffer, name: string, mime: string, subtype?: string): SlackFile {
    const file = { id: `F0FILE${++serial}`, name, mime, bytes, subtype };
    this.files.set(file.id, file);
    return file;
  }

  /** What the bot has written, in a channel or in one thread of it. */
  received(channel: string, threadTs?: string): Posted[] {
    return this.messages.filter(
      (one) => one.ours && one.channel === channel && (threadTs === undefined || one.threadTs === threadTs),
    );
  }
}

/** One message a second in each channel, with short bursts. */
export class Pace {
  readonly #buckets = new Map<string, { level: number; at: number }>();
  readonly #burst: number;

  constructor(burst: number) {
    this.#burst = burst;
  }

  /** Whole seconds to wait, zero when it may go. */
  spend(key: string): number {
    const now = Date.now();
    const bucket = this.#buckets.get(key) ?? { level: this.#burst, at: now };
    const level = Math.min(this.#burst, bucket.level + (now - bucket.at) / 1000);
    this.#buckets.set(key, { level: level < 1 ? level : level - 1, at: now });
    return level < 1 ? Math.ceil(1 - level) : 0;
  }
}
