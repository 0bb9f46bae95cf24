import { channelOf } from "@charla/channels/registry";
import { conversationFolder, receivedKey } from "@charla/domain/kept-file";
import type { InFile, InRow } from "@charla/domain/log";
import { fetchFile } from "../media/fetch-file.ts";
import { dropKept } from "../media/kept-file.ts";
import { Lanes } from "../media/lanes.ts";
import { wordsOf } from "../media/words.ts";
import type { Core } from "./core.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import { isUnread, mediaOf, withTry } from "./media-files.ts";
import { WATCHDOG_MS } from "./wake.ts";

/** Longest that an answer waits for the files of its messages. */
const MAX_WAIT_MS = 25_000;
/** Files of one conversation under way at a time. */
const LANES = 3;

/** Files that came in: fetched at once, kept, read. What is done stands in the row of the message and is not done again. */
export class MediaDesk {
  /** Told of every step; `words` when the model would read something else now. */
  onChange: (row: InRow, words: boolean) => void = () => {};
  readonly #core: Core;
  readonly #lease: LeaseHolder;
  readonly #lanes = new Lanes(LANES);
  /** Messages under way, and until when their turn waits. */
  readonly #reading = new Map<number, number>();
  readonly #ownLife = new Set<number>();

  constructor(core: Core, lease: LeaseHolder) {
    this.#core = core;
    this.#lease = lease;
  }

  /** Safe to repeat: starts what is neither done nor under way. */
  begin(rows: readonly InRow[], fresh = false): void {
    const core = this.#core;
    if (!channelOf(core.head.channelKind)?.media) return;
    const now = core.now();
    for (const row of rows) {
      if (this.#reading.has(row.seq) || !isUnread(row)) continue;
      if (!fresh && !this.#ownLife.has(row.seq)) this.#countTry(row);
      this.#ownLife.add(row.seq);
      this.#reading.set(row.seq, now + MAX_WAIT_MS);
      core.wake.by(now + WATCHDOG_MS);
      core.keepAlive(this.#read(row.seq));
    }
  }

  /** The oldest message with a file under way: a restart has to find it, whether or not a turn still waits. */
  firstOpen(): number | null {
    return this.#reading.size === 0 ? null : Math.min(...this.#reading.keys());
  }

  /** Until when the answer to these has to wait; 0 when nothing is worth it. Short, so that a process that dies is noticed soon. */
  dueAt(rows: readonly InRow[]): number {
    const now = this.#core.now();
    const due = Math.max(0, ...rows.map((row) => this.#reading.get(row.seq) ?? 0));
    return due > now ? Math.min(due, now + WATCHDOG_MS) : 0;
  }

  /** The alarm went off: while something is under way another one follows. */
  woken(): void {
    if (this.#reading.size > 0) this.#core.wake.by(this.#core.now() + WATCHDOG_MS);
  }

  async #read(seq: number): Promise<void> {
    const row = this.#rowOf(seq);
    const files = row ? mediaOf(row).map((_, n) => this.#lanes.run(() => this.#readFile(seq, n))) : [];
    await Promise.all(files);
    this.#reading.delete(seq);
    const after = this.#rowOf(seq);
    if (after) this.onChange(after, true);
  }

  async #readFile(seq: number, n: number): Promise<void> {
    try {
      await this.#bring(seq, n);
    } catch (error) {
      const { tenantId } = this.#core.key;
      this.#core.deps.log.error("media:not_read", { tenantId, conversationId: this.#core.head.id, error });
      this.#write(seq, n, { state: "done", error: "unreachable" });
    }
  }

  async #bring(seq: number, n: number): Promise<void> {
    const core = this.#core;
    const row = this.#rowOf(seq);
    const channel = channelOf(core.head.channelKind);
    const media = row && mediaOf(row)[n];
    if (!row || !media || !channel || row.body.files?.[n]?.state === "done") return;
    let file: InFile | null | undefined = row.body.files?.[n];
    if (file?.state !== "stored") {
      const { tries } = file ?? {};
      const key = receivedKey(conversationFolder(core.key.tenantId, core.head.id), row.body.id, n);
      file = { ...(await fetchFile(core, channel, media, key)), ...(tries === undefined ? {} : { tries }) };
      this.#write(seq, n, file);
      if (file.state === "stored") await dropKept(core, media);
    }
    const { key } = file;
    if (file.state === "done" || key === undefined) return;
    const parts = { core, lease: this.#lease };
    const read = await wordsOf(parts, { media, file: { ...file, key }, siblings: mediaOf(row).length });
    // While the tenant is paused it stays as it is: a turn that may go on begins with it again.
    if (read !== null) this.#write(seq, n, read);
  }

  /** Always on the row as it is now: a turn may have taken it, somebody may have edited it. */
  #write(seq: number, n: number, file: InFile): void {
    const core = this.#core;
    const row = this.#rowOf(seq);
    if (!row) return;
    row.body.files = mediaOf(row).map((_, at) => (at === n ? file : (row.body.files?.[at] ?? null)));
    core.write(() => {
      core.log.update(row);
      if (file.read) core.saveHead();
    });
    this.onChange(row, false);
  }

  /** An earlier life began with it and died. A file that kills every life is given up. */
  #countTry(row: InRow): void {
    const known = this.#rowOf(row.seq);
    if (!known) return;
    known.body.files = row.body.files = mediaOf(known).map((_, n) => withTry(known.body.files?.[n]));
    this.#core.write(() => this.#core.log.update(known));
  }

  #rowOf(seq: number): InRow | undefined {
    const row = this.#core.log.bySeq(seq);
    return row?.kind === "in" ? row : undefined;
  }
}
