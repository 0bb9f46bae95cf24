import { furnishChannel, type Tenant } from "../../charla/furnish.ts";
import type { KillOrders } from "../../kill-orders.ts";
import { markOf, marksIn } from "../../marks.ts";
import { pause } from "../../poll.ts";
import { MetaStandIn } from "../../vendors/meta/server.ts";
import { WhatsAppPhone } from "../../vendors/meta/whatsapp-phone.ts";
import type { PhoneNumber, Sent } from "../../vendors/meta/world.ts";
import type { Random } from "../random.ts";
import { marksAsIds } from "./mark-ids.ts";
import type { Line, Outside, Reply } from "./outside.ts";

const APP = { id: "900", secret: "app_secret_0123456789abcdef" };
const TOKEN = "EAAG-token-of-the-shop";
const TIMEOUT_MS = 2_000;
const UNAVAILABLE = { status: 503, code: 2, message: "Service temporarily unavailable", transient: true };

/** Meta's WhatsApp: nothing tells a repetition from a new message, but statuses carry our own id back, sooner or later and often twice. */
export class WhatsAppOutside implements Outside {
  readonly kind = "whatsapp";
  readonly repetition = "never";
  readonly settleMs = 60_000;
  /** Below the 45 that a person may be written at once. */
  readonly talkLength = 40;
  down = false;
  readonly meta: MetaStandIn;
  readonly #random: Random;
  readonly #closing = new AbortController();
  readonly #phones = new Map<string, { phone: WhatsAppPhone; conversation: string }>();
  readonly #known = new Map<Sent, number>();
  readonly #replies: Reply[] = [];
  readonly #problems: string[] = [];
  #serial = 0;

  private constructor(meta: MetaStandIn, random: Random) {
    this.meta = meta;
    this.#random = random;
    meta.addApp(APP.id, APP.secret);
    meta.onSent = (sent) => void this.#report(sent);
    meta.reception = () => (this.down ? { error: UNAVAILABLE } : { delayMs: random.between(10, 200) });
  }

  static async start(options: { kills: KillOrders; random: Random }): Promise<WhatsAppOutside> {
    const { kills, random } = options;
    return new WhatsAppOutside(await MetaStandIn.start({ kills, webhookTimeoutMs: TIMEOUT_MS }), random);
  }

  get replies(): readonly Reply[] {
    for (const sent of this.meta.world.sent.slice(this.#replies.length)) this.#replies.push(this.#replyOf(sent));
    return this.#replies;
  }

  async connect(tenant: Tenant, base: string, agentId: string): Promise<Line> {
    const serial = ++this.#serial;
    const number = this.meta.addNumber({
      id: `10654035224${serial}`,
      wabaId: `1022${serial}`,
      appId: APP.id,
      token: TOKEN,
    });
    const { channelId, webhookUrl } = await furnishChannel(tenant, base, {
      kind: "whatsapp",
      agentId,
      config: { phoneNumberId: number.id, wabaId: number.wabaId, appId: APP.id, apiUrl: this.meta.url },
      secrets: { accessToken: TOKEN, appSecrets: [APP.secret] },
    });
    number.callback = webhookUrl;
    const phones = new Map<string, WhatsAppPhone>();
    const phoneOf = (conversation: string): WhatsAppPhone => {
      const phone = phones.get(conversation) ?? this.#newPhone(number, conversation);
      phones.set(conversation, phone);
      return phone;
    };
    return {
      outside: this,
      tenant,
      channelId,
      account: number.id,
      threadOf: (conversation) => phoneOf(conversation).address,
      say: async ({ conversation, n, text }, stop) => {
        const phone = phoneOf(conversation);
        const id = await phone.text(`${markOf(conversation, n)} ${text}`, {}, stop).catch((error: unknown) => {
          if (stop?.aborted !== true) throw error;
          return null;
        });
        return { accepted: id !== null, again: async (until) => id !== null && phone.redeliver(id, until) };
      },
    };
  }

  open(): number {
    return this.meta.sending;
  }

  tooFast(): number {
    return this.meta.limits.pair.refused + this.meta.limits.account.refused;
  }

  lastAt(): number {
    return this.meta.lastAt;
  }

  problems(): string[] {
    return [...this.meta.problems, ...this.#problems];
  }

  close(): Promise<void> {
    this.#closing.abort();
    return this.meta.close();
  }

  #newPhone(number: PhoneNumber, conversation: string): WhatsAppPhone {
    const digits = String(++this.#serial).padStart(8, "0");
    const phone = new WhatsAppPhone(this.meta, number, {
      name: `Persona ${conversation}`,
      phone: `346${digits}`,
      userId: `ES.9000${digits}`,
    });
    this.#phones.set(phone.address, { phone, conversation });
    return phone;
  }

  /** Two ticks, now and then with the first tick after them or everything twice. */
  async #report(sent: Sent): Promise<void> {
    if (sent.answeredAt !== undefined) this.#known.set(sent, sent.answeredAt);
    const phone = this.#phones.get(sent.to)?.phone;
    const states: ("sent" | "delivered")[] =
      this.#random.next() < 0.2 ? ["delivered", "sent", "delivered"] : ["delivered"];
    // Where nobody heard the answer, later than whoever sent it wakes: it must wait for this and not send again.
    await pause(sent.answeredAt === undefined ? this.#random.between(4_000, 5_000) : this.#random.between(20, 300));
    for (const state of states) {
      try {
        await phone?.status(sent, state, undefined, this.#closing.signal);
      } catch (error) {
        if (!this.#closing.signal.aborted) this.#problems.push(`a status of ${sent.to}: ${String(error)}`);
        return;
      }
      if (!this.#known.has(sent)) this.#known.set(sent, Date.now());
    }
  }

  #replyOf(sent: Sent): Reply {
    const conversation = this.#phones.get(sent.to)?.conversation ?? sent.to;
    if (marksIn(sent.text).some((mark) => mark.conversation !== conversation))
      this.#problems.push(`${sent.text} reached ${conversation}`);
    const known = this.#known;
    return {
      at: sent.at,
      account: sent.account,
      conversation,
      id: sent.tracer ?? sent.id,
      inReplyTo: marksAsIds(sent.text),
      automatic: true,
      get endedAt() {
        return sent.endedAt;
      },
      get knownAt() {
        return known.get(sent);
      },
    };
  }
}
