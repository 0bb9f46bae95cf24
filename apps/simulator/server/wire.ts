import type { Exchange } from "@charla/testkit/stand-in";
import type { LineKind, WireEntry } from "../shared/protocol.ts";
import { gistOf } from "./gist.ts";

/** What a vendor's stand-in is given so that both directions are seen. */
export type Watch = { send: typeof fetch; served: (line: LineKind, exchange: Exchange) => void };

const KEPT = 200;
const MAX_TEXT = 8_000;
const KINDS: Record<string, LineKind> = {
  whatsapp: "whatsapp",
  messenger: "messenger",
  instagram: "instagram",
  telegram: "telegram",
  slack: "slack",
  twilio: "sms",
  email: "email",
  voice: "voice",
};

/** The last requests between the vendors' stand-ins and Charla, newest last. */
export class Wire {
  readonly entries: WireEntry[] = [];
  readonly #tell: (entry: WireEntry) => void;
  #serial = 0;

  constructor(tell: (entry: WireEntry) => void) {
    this.#tell = tell;
  }

  readonly watch: Watch = {
    send: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const line = KINDS[url.pathname.split("/")[2] ?? ""] ?? "web";
      const asked = {
        line,
        way: "in",
        method: init?.method ?? "GET",
        path: url.pathname,
        request: shown(textOf(init?.body)),
      } as const;
      try {
        const response = await fetch(input, init);
        const body = await response.clone().text();
        this.#add({ ...asked, status: response.status, response: shown(body) });
        return response;
      } catch (error) {
        this.#add({ ...asked, status: 0, response: String(error) });
        throw error;
      }
    },
    served: (line, { method, url, body, answered }) => {
      const { status = 0, body: response = "" } = answered ?? {};
      const path = withoutToken(url.pathname);
      this.#add({ line, way: "out", method, path, status, request: shown(body), response: shown(response) });
    },
  };

  /** A report that was not made. */
  lost(line: LineKind, what: string): void {
    this.#add({ line, way: "lost", method: "POST", path: what, status: 0, request: "", response: "" });
  }

  #add(entry: Omit<WireEntry, "id" | "at" | "gist">): void {
    const whole = { id: ++this.#serial, at: Date.now(), gist: gistOf(entry.request), ...entry };
    this.entries.push(whole);
    this.entries.splice(0, this.entries.length - KEPT);
    this.#tell(whole);
  }
}

/** Telegram has the token of a bot in the address of every call. */
const withoutToken = (path: string): string => path.replace(/\/bot\d+:[\w-]+/, "/bot…");

const textOf = (body: RequestInit["body"]): string => (typeof body === "string" ? body : "");

/** JSON laid out, forms one field per line, and nothing that would fill the page. */
function shown(text: string): string {
  const whole = jsonOf(text) ?? formOf(text) ?? (text.includes("\uFFFD") ? "…" : text);
  return whole.length > MAX_TEXT ? `${whole.slice(0, MAX_TEXT)}…` : whole;
}

function jsonOf(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

function formOf(text: string): string | null {
  if (!/^[\w.%+-]+=[^\s]*$/.test(text)) return null;
  return [...new URLSearchParams(text)].map(([name, value]) => `${name} = ${value}`).join("\n");
}
