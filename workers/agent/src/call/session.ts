import type { Line, LineEvent, LineSettings, LineSetup } from "@charla/channels/line";
import { mayAutomaticallySpeak } from "@charla/agent/owner";
import type { CallLeave } from "@charla/domain/call";
import type { LogRow, OutRow } from "@charla/domain/log";
import type { ServerFrame } from "@charla/domain/webchat";
import type { Core } from "../conversation/core.ts";
import type { HistoryCache } from "../conversation/history-cache.ts";
import type { Outbox } from "../conversation/outbox.ts";
import type { Turns } from "../conversation/turns.ts";
import type { Utterances } from "./utterances.ts";
import type { CallRow } from "./record.ts";
import { cutTo, saySystem, unheard } from "./rows.ts";
import { Silence } from "./silence.ts";
import { Speaker } from "./speaker.ts";
import { ToolWait } from "./tool-wait.ts";

export type SessionParts = {
  core: Core;
  outbox: Outbox;
  turns: Turns;
  history: HistoryCache;
  call: CallRow;
  line: Line;
  settings: LineSettings;
  socket: WebSocket;
  utterances: Utterances;
  heard: (seq: number) => void;
};

const NOT_THIS_CALL = 1008;
/** Whoever has begun a sentence gets this much more time for it. */
const MID_SENTENCE_MS = 5_000;

/** One socket of a call: what is heard becomes messages, what is answered becomes speech. */
export class Session {
  readonly #parts: SessionParts;
  readonly #speaker: Speaker;
  readonly #silence: Silence;
  readonly #tools: ToolWait;
  #silences = 0;
  /** Rows that are written by this session itself, while they are. */
  #own: OutRow[] | null = null;
  /** Sentences of the platform: whatever ends the session in the same tick has them said where the call goes on. */
  #deferred: OutRow[] = [];
  #lastOut: number;
  leaving = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { core, line, settings, socket, utterances } = parts;
    this.#lastOut = core.log.last;
    this.#speaker = new Speaker({
      write: (action) => send(socket, line.write(action)),
      speech: () => line.speech(utterances.language),
      now: () => core.now(),
      preemptible: settings.interruptible,
    });
    this.#silence = new Silence({
      endsAt: () => this.#speaker.endsAt,
      now: () => core.now(),
      silenceMs: settings.silenceMs,
      spoken: () => this.#settle(),
      counts: () => !this.leaving && this.#automatic() && !parts.turns.active,
      silent: () => this.#silent(),
    });
    this.#tools = new ToolWait(settings.fillerAfterMs, () => {
      if (this.#automatic()) this.#speaker.aside(settings.texts(utterances.language).filler);
    });
  }

  frame(event: LineEvent): void {
    if (this.leaving) return;
    if (!this.#parts.utterances.ready) {
      if (event.type === "setup") this.#begin(event);
      return;
    }
    switch (event.type) {
      case "prompt":
        return event.last ? this.#told(event.text, event.language) : this.#silence.begin(MID_SENTENCE_MS);
      case "interrupt":
        return this.#interrupted(event.heard);
      case "dtmf":
        return this.#pressed(event.digit);
      case "refused": {
        const { core } = this.#parts;
        const { tenantId, channelId } = core.key;
        return core.deps.log.warn("call:refused", { tenantId, channelId });
      }
      default:
        return;
    }
  }

  /** What every live view hears. */
  live(frame: ServerFrame): void {
    if (this.leaving) return;
    if (frame.type === "chunk") {
      this.#tools.answered();
      this.#silence.end();
      this.#speaker.chunk(frame);
    } else if (frame.type === "chunk_reset") this.#speaker.void();
    else if (frame.type === "typing" && !frame.on) this.#silence.begin();
    else if (frame.type === "owner") this.#ownerIs(frame.owner);
  }

  changed(row: LogRow): void {
    if (this.leaving) return;
    if (row.kind === "out") return this.#toSay(row);
    if (row.kind === "step" && row.body.type === "tool") {
      if (row.state === "started") this.#speaker.pieceEnds();
      return this.#tools.changed(row);
    }
    const { settings, utterances } = this.#parts;
    if (row.kind !== "note" || row.body.type !== "handover" || settings.person === undefined) return;
    const texts = this.#deferred.map(({ body }) => body.text);
    for (const { seq } of this.#deferred.splice(0)) this.#parts.heard(seq);
    this.leave(row.body.reason, texts.length > 0 ? texts : [settings.texts(utterances.language).connecting]);
  }

  /** The call goes on without us: with a person, or not at all. */
  leave(reason: string, markdown: readonly string[], to: CallLeave["for"] = "person"): void {
    const { call, line, socket, utterances } = this.#parts;
    this.leaving = true;
    this.close();
    const say = markdown.map((text) => utterances.speak(text));
    call.save({ leaving: { for: to, reason, say } });
    const handoff = { reasonCode: to === "person" ? "live-agent-handoff" : "silence", reason };
    send(socket, line.write({ type: "end", handoff }));
  }

  close(): void {
    this.#silence.end();
    this.#tools.stop();
    this.#parts.utterances.stop();
  }

  /** After a sleep: what was said meanwhile and has not been heard. */
  goOn(): void {
    if (!this.#parts.utterances.ready) return;
    for (const row of unheard(this.#parts.core)) this.#speaker.row(row);
    this.#silence.begin();
  }

  #begin(setup: LineSetup): void {
    const { call, core, settings, socket, utterances } = this.#parts;
    if (setup.callSid !== call.id || setup.accountSid !== settings.vendorAccount) {
      core.deps.log.warn("call:foreign", { tenantId: core.key.tenantId, channelId: core.key.channelId });
      return socket.close(NOT_THIS_CALL);
    }
    utterances.begin(setup.sessionId);
    const before = unheard(core);
    if (!call.record.greeted && this.#automatic()) {
      call.save({ greeted: true });
      for (const row of this.#write(settings.greeting)) this.#speaker.wasSaid(row);
    }
    for (const row of before) this.#speaker.row(row);
    this.#silence.begin();
  }

  #told(text: string, language?: string): void {
    if (text.trim() === "") return this.#silence.begin();
    this.#silences = 0;
    this.#silence.end();
    const { core, history, utterances, call } = this.#parts;
    cutTo(core, history, seqsOf(this.#speaker.released()), "");
    this.#settle();
    if (call.record.drops > 0) call.save({ drops: 0 });
    if (language !== undefined) utterances.switchTo(language);
    utterances.take(text);
    this.#silence.begin();
  }

  #interrupted(utterance: string): void {
    const { core, history, turns, heard } = this.#parts;
    const told = this.#speaker.interrupted(utterance);
    for (const { seqs, text } of told.items) {
      if (text !== null) cutTo(core, history, seqs, text);
      for (const seq of seqs) heard(seq);
    }
    if (told.writing !== null && told.writing !== "") {
      this.#tools.answered();
      const { writing } = told;
      for (const { seq } of this.#quietly(() => turns.breakOff(writing))) heard(seq);
    }
    this.#silence.begin();
  }

  #pressed(digit: string): void {
    const { settings, utterances, core } = this.#parts;
    this.#silences = 0;
    this.#silence.end();
    if (utterances.press(digit)) return this.#silence.begin();
    if (digit === settings.personKey) {
      core.head.handover = true;
      // Whoever asks for a person has the session ended, whatever asks.
      core.write(() => core.note({ type: "handover", reason: "The caller asked for a person." }));
      return core.saveHead();
    }
    utterances.collect(digit, () => this.#settle());
    this.#silence.begin();
  }

  #ownerIs(owner: "ai" | "human" | "paused"): void {
    if (owner === "ai") return this.#silence.begin();
    this.#silence.end();
    this.#tools.stop();
    const speaking = this.#speaker.writing || this.#speaker.endsAt > this.#parts.core.now();
    // Nothing else takes back what the vendor has already been given to say.
    if (speaking || (owner === "human" && this.#parts.settings.person !== undefined)) this.leave("taken_over", []);
    else this.#settle();
  }

  #toSay(row: OutRow): void {
    if (this.#own !== null) return void this.#own.push(row);
    if (row.seq <= this.#lastOut || row.state !== "sent" || !this.#parts.utterances.ready) return;
    this.#lastOut = row.seq;
    this.#tools.answered();
    if (row.body.author.type !== "system") this.#speaker.row(row);
    else {
      this.#deferred.push(row);
      queueMicrotask(() => {
        for (const deferred of this.#deferred.splice(0)) if (!this.leaving) this.#speaker.row(deferred);
      });
    }
    this.#silence.begin();
  }

  #silent(): void {
    const { settings, utterances, heard } = this.#parts;
    const waiting = this.#speaker.released();
    const texts = settings.texts(utterances.language);
    if (waiting.length > 0) for (const row of waiting) this.#speaker.row(row);
    else if (this.#silences++ < settings.silences)
      for (const row of this.#write(texts.stillThere)) this.#speaker.row(row);
    else {
      for (const { seq } of this.#write(texts.goodbye)) heard(seq);
      return this.leave("Nobody answered.", [texts.goodbye], "silence");
    }
    this.#silence.begin();
  }

  #settle(): void {
    for (const seq of this.#speaker.settle()) this.#parts.heard(seq);
  }

  #write(text: string): OutRow[] {
    return this.#quietly(() => saySystem(this.#parts.outbox, this.#parts.core, text));
  }

  /** Rows that are written meanwhile are the caller's business and nobody else's to say. */
  #quietly(act: () => unknown): OutRow[] {
    const rows: OutRow[] = (this.#own = []);
    try {
      act();
    } finally {
      this.#own = null;
    }
    this.#lastOut = Math.max(this.#lastOut, ...seqsOf(rows));
    return rows;
  }

  #automatic(): boolean {
    const { core } = this.#parts;
    return mayAutomaticallySpeak(core.head.owner, core.now());
  }
}

const seqsOf = (rows: readonly OutRow[]): number[] => rows.map(({ seq }) => seq);

function send(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // It closed meanwhile; the vendor then asks how the call goes on.
  }
}
