import { furnishHttpChannel, type Tenant } from "../../charla/furnish.ts";
import { message } from "../../integrator/events.ts";
import { sendUntilAccepted } from "../../integrator/sender.ts";
import { type Callback, Integrator } from "../../integrator/server.ts";
import type { KillOrders } from "../../kill-orders.ts";
import type { Random } from "../random.ts";
import type { Line, Outside, Reply } from "./outside.ts";

const TIMEOUT_MS = 2_000;

/** An integrator of the `http` channel, who knows a repetition by its webhook id. */
export class HttpOutside implements Outside {
  readonly kind = "http";
  readonly repetition = "keyed";
  readonly settleMs = 0;
  readonly talkLength = Number.POSITIVE_INFINITY;
  down = false;
  readonly integrator: Integrator;
  readonly #replies: Reply[] = [];
  readonly #lines: HttpLine[] = [];

  private constructor(integrator: Integrator) {
    this.integrator = integrator;
  }

  static async start({ kills, random }: { kills: KillOrders; random: Random }): Promise<HttpOutside> {
    const outside: HttpOutside = new HttpOutside(
      await Integrator.start({
        kills,
        reception: () => (outside.down ? { status: 503 } : { delayMs: random.between(10, 200) }),
      }),
    );
    return outside;
  }

  get replies(): readonly Reply[] {
    const { callbacks } = this.integrator;
    for (const callback of callbacks.slice(this.#replies.length)) this.#replies.push(replyOf(callback));
    return this.#replies;
  }

  async connect(tenant: Tenant, base: string, agentId: string): Promise<HttpLine> {
    const { channelId, account, webhookUrl, secret } = await furnishHttpChannel(tenant, base, agentId, this.integrator);
    const sending = { url: webhookUrl, secret, timeoutMs: TIMEOUT_MS };
    const line: HttpLine = {
      outside: this,
      tenant,
      channelId,
      account,
      sending,
      threadOf: (conversation) => conversation,
      say: async ({ conversation, n, text }, stop) => {
        const event = message(conversation, n, text);
        const { accepted } = await sendUntilAccepted(event, sending, stop);
        return { accepted, again: (until) => sendUntilAccepted(event, sending, until) };
      },
    };
    this.#lines.push(line);
    return line;
  }

  /** For tests that send what the line itself never would. */
  get firstLine(): HttpLine {
    const [first] = this.#lines;
    if (first === undefined) throw new Error("nothing is connected");
    return first;
  }

  open(): number {
    return this.integrator.open();
  }

  tooFast(): number {
    return 0;
  }

  lastAt(): number {
    return this.integrator.lastAt;
  }

  problems(): string[] {
    return this.integrator.problems;
  }

  close(): Promise<void> {
    return this.integrator.close();
  }
}

export type HttpLine = Line & { sending: { url: string; secret: string; timeoutMs: number } };

function replyOf(callback: Callback): Reply {
  const { at, account, webhookId, payload } = callback;
  return {
    at,
    account,
    conversation: payload.conversation,
    id: webhookId,
    inReplyTo: payload.inReplyTo,
    automatic: payload.author !== "human",
    get endedAt() {
      return callback.endedAt;
    },
    get knownAt() {
      return callback.outcome === 200 ? callback.endedAt : undefined;
    },
  };
}
