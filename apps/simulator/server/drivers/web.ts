import { createHmac, randomBytes } from "node:crypto";
import type { ChannelWish, Contact, Driver } from "../driver.ts";
import { freshDigits } from "../fresh-id.ts";

const HOUR_S = 3_600;

/** The web chat has no vendor: the person sits in front of the very widget that sites embed, signed in under a name. */
export class WebDriver implements Driver {
  readonly kind = "web";
  readonly label = "Web";
  readonly business = { name: "La Cadena", address: "lacadena.example" };
  readonly channel: ChannelWish;
  readonly reports = [] as const;
  readonly #secret = randomBytes(32).toString("hex");
  readonly #names = new Map<string, string>();
  #channelId: string | null = null;

  constructor(origins: string[]) {
    this.channel = {
      kind: "webchat",
      name: "Web (simulador)",
      config: { allowedOrigins: origins, title: "La Cadena", color: "#0b6b58" },
      secrets: { identitySecret: this.#secret },
    };
  }

  async attach(_: string, channelId: string): Promise<void> {
    this.#channelId = channelId;
  }

  newContact(name: string): Contact {
    const id = `web-${freshDigits(10)}`;
    this.#names.set(id, name);
    return { id, name, address: id };
  }

  say(): Promise<string> {
    throw new Error("people write to the web chat in the web chat");
  }

  /** What the script tag of the widget says for this person. */
  embedding(contact: string): { channel: string; identity: string } | null {
    const name = this.#names.get(contact);
    if (name === undefined || this.#channelId === null) return null;
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const exp = Math.floor(Date.now() / 1000) + HOUR_S;
    const head = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: contact, name, exp })}`;
    const identity = `${head}.${createHmac("sha256", this.#secret).update(head).digest("base64url")}`;
    return { channel: this.#channelId, identity };
  }
}
