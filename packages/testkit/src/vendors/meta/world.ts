import type { FetchedFile } from "../fetched-file.ts";

/** What exists at the stand-in of Meta: apps, numbers, pages and what was sent through them. */
export type App = { id: string; secret: string; subscriptions: Subscription[] };
export type Subscription = { object: string; callback_url: string; verify_token: string; fields: string[] };

export type PhoneNumber = {
  id: string;
  wabaId: string;
  appId: string;
  token: string;
  display: string;
  name: string;
  status: string;
  /** The address of this number alone, over the one of the app. */
  callback: string | null;
};

export type Page = {
  id: string;
  /** Messenger, or an Instagram account. */
  kind: "page" | "instagram";
  appId: string;
  token: string;
  name: string;
  subscribedFields: string[];
};

export type Template = { name: string; language: string; status: string; parameters: number };
export type StoredFile = { id: string; bytes: Buffer; mime: string; urlUntil: number };

/** One message that was taken from us. */
export type Sent = {
  id: string;
  at: number;
  via: "whatsapp" | "page" | "instagram";
  account: string;
  to: string;
  type: string;
  /** What a person would read. */
  text: string;
  payload: Record<string, unknown>;
  tracer?: string;
  endedAt?: number;
  /** When the answer had been read whole; absent where the caller was gone by then. */
  answeredAt?: number;
  /** What was behind its link. */
  file?: FetchedFile;
};

export class World {
  readonly apps = new Map<string, App>();
  readonly numbers = new Map<string, PhoneNumber>();
  readonly pages = new Map<string, Page>();
  readonly templates = new Map<string, Template[]>();
  readonly wabaApps = new Map<string, Set<string>>();
  readonly files = new Map<string, StoredFile>();
  readonly sent: Sent[] = [];
  /** Read and typing marks, in the order they came. */
  readonly marks: { account: string; to: string; mark: "read" | "typing" }[] = [];
  readonly problems: string[] = [];
  /** When a person last wrote to an account. */
  readonly #lastInbound = new Map<string, number>();
  #serial = 0;

  heard(account: string, person: string, at: number): void {
    this.#lastInbound.set(`${account} ${person}`, at);
  }

  lastHeard(account: string, person: string): number | undefined {
    return this.#lastInbound.get(`${account} ${person}`);
  }

  /** Looks like an id of the vendor's and says what it is the id of. */
  newId(prefix: string): string {
    return `${prefix}${process.pid.toString(36)}${Date.now().toString(36)}${(++this.#serial).toString(36)}`;
  }

  problem(what: string): void {
    this.problems.push(`meta: ${what}`);
  }
}
