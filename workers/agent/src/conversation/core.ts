import type { ConversationKey } from "@charla/domain/inbound";
import { AppError } from "@charla/domain/errors";
import type { NoteBody, Usage } from "@charla/domain/log";
import type { Deps } from "../deps.ts";
import type { Head } from "./head.ts";
import { parkedError, unknownLog, type Parked } from "./journal-version.ts";
import type { Log } from "./log.ts";
import type { Wake } from "./wake.ts";

/** Rows. A wake reads everything after the mark on disk. */
const MAX_MARK_LAG = 200;

/** What the parts of one conversation share. */
export class Core {
  readonly log: Log;
  readonly wake: Wake;
  readonly deps: Deps;
  readonly keepAlive: (work: Promise<unknown>) => void;
  readonly #abort: (reason: string) => void;
  /** Set when another build wrote what this one could misread: nothing is done until that build is back. */
  parked: Parked | null;
  #head: Head | null;
  #settledOnDisk: number;

  constructor(parts: {
    log: Log;
    wake: Wake;
    deps: Deps;
    keepAlive: (work: Promise<unknown>) => void;
    abort: (reason: string) => void;
  }) {
    this.log = parts.log;
    this.wake = parts.wake;
    this.deps = parts.deps;
    this.keepAlive = parts.keepAlive;
    this.#abort = parts.abort;
    const stored = this.log.readHead();
    this.#head = stored === null ? null : (JSON.parse(stored) as Head);
    this.parked = this.#head && unknownLog(this.#head);
    this.#settledOnDisk = this.#head?.settledBefore ?? 0;
  }

  now(): number {
    return this.deps.clock();
  }

  get started(): boolean {
    return this.#head !== null;
  }

  /** A conversation that nobody wrote to does not exist. */
  get head(): Head {
    if (this.#head === null)
      throw new AppError("NOT_FOUND", "conversation has no head", { publicMessage: "No such conversation." });
    return this.#head;
  }

  begin(head: Head): void {
    this.#head = head;
  }

  spend({ usage, costMicros }: { usage: Usage; costMicros: number }): void {
    const { tokens, micros } = this.head.spent;
    this.head.spent = { tokens: tokens + usage.input + usage.output, micros: micros + costMicros };
  }

  saveHead(): void {
    const now = this.now();
    this.head.version = Math.max(this.head.version + 1, now);
    this.log.writeHead(JSON.stringify(this.head), now);
    this.#settledOnDisk = this.head.settledBefore;
  }

  /** After a failed write memory and disk may differ, so this life ends; nothing of the tick is kept and the caller is refused. */
  write<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#abort("a write failed");
      throw error;
    }
  }

  /** This life is over. */
  end(reason: string): void {
    this.#abort(reason);
  }

  /** The mark moves on in memory and is written along with the next row, unless it has fallen far behind on disk. */
  settle(before: number): void {
    const { head } = this;
    if (before <= head.settledBefore) return;
    head.settledBefore = before;
    if (before - this.#settledOnDisk > MAX_MARK_LAG) this.saveHead();
  }

  /** An old row changed: a restart must find it among what is not projected, so the mark goes back in the same commit. */
  reopen(seq: number): void {
    if (this.#head === null || seq >= this.#head.settledBefore) return;
    this.#head.settledBefore = seq;
    this.saveHead();
  }

  note(body: NoteBody, place: { turn?: number | null; key?: string } = {}): void {
    const { turn = null, key = null } = place;
    this.log.insert({ seq: this.log.reserve(), kind: "note", turn, key, state: "done", at: this.now(), body });
  }

  belongsTo(tenantId: string): boolean {
    return this.#head !== null && this.#head.key.tenantId === tenantId;
  }

  /** Foreign tenants get the answer they would get for an id that was never given out. */
  assertTenant(tenantId: string): void {
    if (!this.belongsTo(tenantId)) {
      throw new AppError("NOT_FOUND", "conversation of another tenant or none", {
        publicMessage: "No such conversation.",
      });
    }
  }

  /** For whoever reads rows. */
  assertReadable(tenantId: string): void {
    this.assertTenant(tenantId);
    if (this.parked?.what === "log") throw parkedError(this.parked);
  }

  /** For whoever changes something. */
  assertPlayable(tenantId: string): void {
    this.assertTenant(tenantId);
    if (this.parked !== null) throw parkedError(this.parked);
  }

  get key(): ConversationKey {
    return this.head.key;
  }
}
