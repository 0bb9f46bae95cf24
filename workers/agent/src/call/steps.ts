import type { Line, LineSettings, LineTexts } from "@charla/channels/line";
import { mayAutomaticallySpeak } from "@charla/agent/owner";
import type { CallMoment, CallStep } from "@charla/domain/call";
import type { LogRow, OutRow } from "@charla/domain/log";
import type { Core } from "../conversation/core.ts";
import type { Outbox } from "../conversation/outbox.ts";
import type { Turns } from "../conversation/turns.ts";
import type { CallRow } from "./record.ts";
import { saySystem, unheard } from "./rows.ts";

type Parts = { core: Core; outbox: Outbox; turns: Turns; heard: (seq: number) => void };
type Around = { call: CallRow; line: Line; settings: LineSettings };

/** Times that a line may break off, one after the other, before the call is not worth another try. */
const MAX_DROPS = 5;
/** Vendors give up on an answer after 15 s; the caller hears nothing meanwhile. */
const ANSWER_MS = 6_000;
const MAX_POLLS = 20;
const TALKED = new Set(["completed", "answered"]);

/** How a call goes on where the vendor asks: at its beginning, between sessions, and, without a socket, after every word. */
export class CallSteps {
  readonly #parts: Parts;
  #waiting: (() => void)[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  changed(row: LogRow): void {
    if (this.#waiting.length === 0 || (row.kind !== "out" && row.kind !== "note" && row.kind !== "turn")) return;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async next(call: CallRow, line: Line, settings: LineSettings, moment: CallMoment): Promise<CallStep> {
    const around = { call, line, settings };
    if (moment.kind === "over") {
      call.close(moment.status, moment.seconds, settings.microsPerMinute);
      return { do: "nothing" };
    }
    if (call.record.state === "over") return this.#hangUp(around);
    switch (moment.kind) {
      case "incoming":
        return this.#begin(around);
      case "line_ended":
        return this.#lineEnded(around, moment);
      case "dialled":
        return this.#dialled(around, moment.status);
      case "said":
        if (call.record.silences > 0) call.save({ silences: 0 });
        return await this.#answer(around, moment.n);
      case "polled":
        return await this.#answer(around, moment.n);
      case "silent":
        return this.#silent(around, moment.n);
    }
  }

  #begin(around: Around): CallStep {
    const { call, settings } = around;
    const { greeted } = call.record;
    if (settings.mode === "socket") return this.#openLine(around, greeted ? [] : [settings.greeting]);
    if (!greeted) call.save({ greeted: true, answeredAt: this.#parts.core.now() });
    const rows = greeted ? [] : this.#write(settings.greeting);
    return this.#listen(around, 1, rows.length > 0 ? rows : this.#saidAt(around, 0));
  }

  #lineEnded(around: Around, { status, over, seconds }: Extract<CallMoment, { kind: "line_ended" }>): CallStep {
    const { call, settings } = around;
    const { leaving, drops } = call.record;
    if (over) {
      call.close(status, 0, settings.microsPerMinute);
      return { do: "nothing" };
    }
    if (leaving?.for === "silence") return this.#hangUp(around, leaving.say);
    if (leaving !== null || this.#heldByPerson()) return this.#toPerson(around, leaving?.say ?? []);
    // Nobody wanted this end. A session that held for a while begins the count anew.
    const count = seconds > 60 ? 1 : drops + 1;
    call.save({ drops: count });
    return count > MAX_DROPS ? this.#toPerson(around, [], true) : this.#openLine(around);
  }

  #dialled(around: Around, status: string): CallStep {
    around.call.save({ dialled: status, leaving: null });
    if (TALKED.has(status)) return this.#hangUp(around);
    if (this.#automatic()) this.#write(around.settings.texts(around.call.record.language).nobody);
    return this.#goOn(around);
  }

  #toPerson(around: Around, say: string[], lost = false): CallStep {
    const { call, settings } = around;
    const { language } = call.record;
    if (settings.person === undefined) return lost ? this.#hangUp(around) : this.#goOn(around);
    call.save({ dialled: "dialling" });
    return { do: "dial", number: settings.person, language, say };
  }

  #goOn(around: Around): CallStep {
    if (around.settings.mode === "socket") return this.#openLine(around);
    const n = (around.call.record.asked?.n ?? 0) + 1;
    return this.#listen(around, n + 1, unheard(this.#parts.core), n);
  }

  #openLine({ call }: Around, greeting: string[] = []): CallStep {
    const ticket = crypto.randomUUID().replaceAll("-", "");
    call.save({ ticket, leaving: null });
    return { do: "open_line", ticket, language: call.record.language, say: this.#automatic() ? greeting : [] };
  }

  #hangUp({ call }: Around, say: string[] = []): CallStep {
    return { do: "hang_up", language: call.record.language, say };
  }

  /** Without a socket the vendor waits for what to say, and asks again where that takes too long. */
  async #answer(around: Around, n: number): Promise<CallStep> {
    const { call, settings } = around;
    const { asked } = call.record;
    if (asked?.n === n && asked.said.length > 0) return this.#listen(around, n + 1, this.#saidAt(around, n));
    const { turns, core } = this.#parts;
    for (const until = core.now() + ANSWER_MS; unheard(core).length === 0 && turns.active && core.now() < until;)
      await this.#somethingHappens(until - core.now());
    const rows = unheard(core);
    // Asked for once: where nobody answered, the agent goes on.
    if (core.head.handover && call.record.dialled === undefined && this.#automatic() && settings.person !== undefined) {
      for (const { seq } of rows) this.#parts.heard(seq);
      const texts = rows.length > 0 ? rows.map(({ body }) => body.text) : [this.#texts(around).connecting];
      return this.#toPerson(
        around,
        texts.map((text) => this.#speech(around, text)),
      );
    }
    if (this.#heldByPerson() && settings.person !== undefined) return this.#toPerson(around, []);
    const polls = asked?.n === n ? asked.polls + 1 : 1;
    if (rows.length > 0 || !turns.active || polls > MAX_POLLS) return this.#listen(around, n + 1, rows, n);
    call.save({ asked: { n, said: [], polls } });
    const filler = polls === 1 && this.#automatic() ? [this.#speech(around, this.#texts(around).filler)] : [];
    return { do: "wait", n, language: call.record.language, say: filler };
  }

  #silent(around: Around, n: number): CallStep {
    const { call, settings } = around;
    if (call.record.asked?.n === n) return this.#listen(around, n + 1, this.#saidAt(around, n));
    if (this.#heldByPerson() && settings.person !== undefined) return this.#toPerson(around, []);
    const rows = unheard(this.#parts.core);
    if (rows.length > 0 || !this.#automatic()) return this.#listen(around, n + 1, rows, n);
    const silences = call.record.silences + 1;
    call.save({ silences });
    if (silences <= settings.silences)
      return this.#listen(around, n + 1, this.#write(this.#texts(around).stillThere), n);
    const rowsOfGoodbye = this.#write(this.#texts(around).goodbye);
    for (const { seq } of rowsOfGoodbye) this.#parts.heard(seq);
    return this.#hangUp(around, [this.#speech(around, this.#texts(around).goodbye)]);
  }

  /** `said` at question `n`: the same question, asked again, gets the same answer. */
  #listen(around: Around, next: number, rows: readonly OutRow[], n = next - 1): CallStep {
    const { call } = around;
    const seqs = rows.map(({ seq }) => seq);
    if (call.record.asked?.n !== n || call.record.asked.said.join() !== seqs.join())
      call.save({ asked: { n, said: seqs, polls: 0 } });
    for (const seq of seqs) this.#parts.heard(seq);
    const say = rows.map(({ body }) => this.#speech(around, body.text));
    return { do: "listen", n: next, language: call.record.language, say };
  }

  #saidAt({ call }: Around, n: number): OutRow[] {
    const { asked } = call.record;
    if (asked?.n !== n) return [];
    return asked.said.map((seq) => this.#parts.core.log.bySeq(seq)).filter((row) => row?.kind === "out");
  }

  #somethingHappens(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #heldByPerson(): boolean {
    const { owner } = this.#parts.core.head;
    return owner.type === "human" && !this.#automatic();
  }

  #automatic(): boolean {
    const { core } = this.#parts;
    return mayAutomaticallySpeak(core.head.owner, core.now());
  }

  #texts({ settings, call }: Around): LineTexts {
    return settings.texts(call.record.language);
  }

  #speech({ line, call }: Around, markdown: string): string {
    const speech = line.speech(call.record.language);
    return speech.push(markdown) + speech.end();
  }

  #write(text: string): OutRow[] {
    return saySystem(this.#parts.outbox, this.#parts.core, text);
  }
}
