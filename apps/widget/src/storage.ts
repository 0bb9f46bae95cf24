import type { Action } from "./state.ts";

/** How the channel's owner wants the chat to look where the script tag says nothing. */
export type Look = { title?: string; color?: string; greeting?: string };
export type StoredSession = { token: string; expiresAt: number; look?: Look };
export type Unsent = { id: string; text: string; at: number; action?: Action };
export type Stored = { session?: StoredSession; unsent: Unsent[]; readSeq: number; talked: boolean; owner?: string };

type Backing = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const isUnsent = (value: unknown): value is Unsent =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  typeof value.id === "string" &&
  "text" in value &&
  typeof value.text === "string" &&
  "at" in value &&
  typeof value.at === "number";

const isSession = (value: unknown): value is StoredSession =>
  typeof value === "object" &&
  value !== null &&
  "token" in value &&
  typeof value.token === "string" &&
  "expiresAt" in value &&
  typeof value.expiresAt === "number";

function parseStored(raw: string | null): Stored {
  const nothing: Stored = { unsent: [], readSeq: 0, talked: false };
  if (raw === null) return nothing;
  try {
    const value: Partial<Record<keyof Stored, unknown>> = JSON.parse(raw);
    return {
      session: isSession(value.session) ? value.session : undefined,
      unsent: Array.isArray(value.unsent) ? value.unsent.filter(isUnsent) : [],
      readSeq: typeof value.readSeq === "number" ? value.readSeq : 0,
      talked: value.talked === true,
      owner: typeof value.owner === "string" ? value.owner : undefined,
    };
  } catch {
    return nothing;
  }
}

/** Enough to tell whose browser session this is, without keeping the signed identity itself. */
export function ownerOf(identity: string | undefined): string | undefined {
  if (identity === undefined) return undefined;
  const payload = identity.split(".")[1];
  try {
    const claims: unknown = JSON.parse(atob((payload ?? "").replaceAll("-", "+").replaceAll("_", "/")));
    if (typeof claims === "object" && claims !== null && "sub" in claims && typeof claims.sub === "string")
      return claims.sub;
  } catch {
    return identity;
  }
  return identity;
}

/**
 * What outlives the page: the visitor's token and what was written but not yet accepted. Read and written anew each
 * time, because several tabs share it; in a browser that refuses storage it lives in memory only.
 */
export class ChatStorage {
  readonly #key: string;
  #backing: Backing | null;
  #memory: Stored = parseStored(null);

  constructor(channel: string, owner: string | undefined, backing: Backing | null) {
    this.#key = `charla:${channel}`;
    this.#backing = backing;
    // Somebody else signed in on the same browser: their conversation must not be shown to this one.
    if (this.read().owner !== owner) this.#write({ ...parseStored(null), owner });
  }

  read(): Stored {
    try {
      return this.#backing === null ? this.#memory : parseStored(this.#backing.getItem(this.#key));
    } catch {
      return this.#memory;
    }
  }

  #write(stored: Stored): void {
    this.#memory = stored;
    try {
      this.#backing?.setItem(this.#key, JSON.stringify(stored));
    } catch {
      this.#backing = null;
      // A full or forbidden store costs the visitor the resume after a reload, never the conversation.
    }
  }

  saveSession(session: StoredSession | undefined): void {
    this.#write({ ...this.read(), session });
  }

  saveRead(readSeq: number): void {
    const stored = this.read();
    if (readSeq > stored.readSeq) this.#write({ ...stored, readSeq });
  }

  addUnsent(message: Unsent): void {
    const stored = this.read();
    this.#write({
      ...stored,
      talked: true,
      unsent: [...stored.unsent.filter((other) => other.id !== message.id), message],
    });
  }

  removeUnsent(id: string): void {
    const stored = this.read();
    if (stored.unsent.some((message) => message.id === id))
      this.#write({ ...stored, unsent: stored.unsent.filter((message) => message.id !== id) });
  }

  /** The token was for a visitor the server no longer knows; what was written stays. */
  forgetVisitor(): void {
    this.#write({ ...this.read(), session: undefined, readSeq: 0, talked: false });
  }
}

export function browserStorage(): Backing | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
