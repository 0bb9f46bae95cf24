import type { Options } from "./options.ts";
import type { ChatStorage } from "./storage.ts";

/** `null`: not now, perhaps later. */
export type FileLink = { url: string; until: number } | "gone" | null;

/** It lives an hour. Counted from here by the visitor's own clock, which may be any amount wrong. */
const GOOD_MS = 50 * 60_000;
const TIMEOUT_MS = 15_000;

/** Links to files of messages: frames never hold any, and each is good for an hour. */
export class FileLinks {
  readonly #options: Options;
  readonly #storage: ChatStorage;
  readonly #known = new Map<string, Promise<FileLink>>();

  constructor(options: Options, storage: ChatStorage) {
    this.#options = options;
    this.#storage = storage;
  }

  /** `place` is the message's number and the file's place in it. */
  async ask(place: string): Promise<FileLink> {
    const known = await this.#known.get(place);
    if (known === "gone" || (known && Date.now() < known.until)) return known;
    const asked = this.#fetch(place);
    this.#known.set(place, asked);
    return asked;
  }

  async #fetch(place: string): Promise<FileLink> {
    const token = this.#storage.read().session?.token;
    try {
      const response = await fetch(`${this.#options.base}messages/${place}`, {
        credentials: "omit",
        headers: { authorization: `Bearer ${token ?? ""}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status === 404 || response.status === 410) return "gone";
      if (!response.ok) return null;
      const until = Date.now() + GOOD_MS;
      const { url }: { url?: unknown } = await response.json();
      // By the chat's own address, which is the one that the page's policy lets through.
      return { url: new URL(new URL(String(url)).pathname, this.#options.base).href, until };
    } catch {
      return null;
    }
  }
}
