import { WebSocket } from "ws";

import { ApplicationFrame, isSpeakable } from "./frames.ts";

export type RelaySetup = { sessionId: string; accountSid: string; callSid: string; from: string; to: string };
export type RelayEnd = { status: "ended" | "failed" | "completed"; handoffData?: string };
/** One cycle of speech: what was said up to a `last`, and when its first and last words came. */
export type Cycle = { text: string; at: number; firstAt: number; closed: boolean; preempted: boolean; cutAt?: string };

type Parts = {
  url: string;
  signature: string;
  setup: RelaySetup;
  language: string;
  problem: (text: string) => void;
  ended: (end: RelayEnd) => void;
};

/** Twilio's end of a ConversationRelay socket, with text in place of speech. */
export class RelaySession {
  readonly cycles: Cycle[] = [];
  readonly frames: ApplicationFrame[] = [];
  language: string;
  opened = false;
  /** Answered where the upgrade was refused. */
  refusedWith: number | undefined;
  readonly #parts: Parts;
  readonly #socket: WebSocket;
  #over = false;
  /** Said before the line was open: whoever speaks while the greeting begins is heard, too. */
  #early: unknown[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.language = parts.language;
    this.#socket = new WebSocket(parts.url, { headers: { "x-twilio-signature": parts.signature } });
    this.#socket.on("open", () => this.#open());
    this.#socket.on("message", (data, binary) => this.#take(binary ? null : String(data)));
    this.#socket.on("unexpected-response", (_, response) => {
      this.refusedWith = response.statusCode ?? 0;
      this.#end({ status: "failed" });
    });
    this.#socket.on("error", () => this.#end({ status: "failed" }));
    this.#socket.on("close", () => this.#end({ status: "failed" }));
  }

  /** The whole utterance, as the transcription of what somebody said; what comes before it is told in parts. */
  prompt(text: string): void {
    const words = text.split(" ");
    if (words.length > 3)
      this.#say({ type: "prompt", voicePrompt: words.slice(0, 2).join(" "), lang: this.language, last: false });
    this.#say({ type: "prompt", voicePrompt: text, lang: this.language, last: true });
  }

  /** Somebody broke in when these words had been spoken. */
  interrupt(heard: string, afterMs: number): void {
    const cycle = this.cycles.findLast(({ text }) => text.includes(heard));
    if (cycle) cycle.cutAt = heard;
    this.#say({ type: "interrupt", utteranceUntilInterrupt: heard, durationUntilInterruptMs: afterMs });
  }

  press(digit: string): void {
    this.#say({ type: "dtmf", digit });
  }

  /** For what no telephone would say. */
  raw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  hangUp(): void {
    const end: RelayEnd = { status: "completed" };
    this.#end(end);
    this.#socket.close();
  }

  /** The connection is gone, and neither side has said so. */
  drop(): void {
    this.#end({ status: "failed" });
    this.#socket.terminate();
  }

  #open(): void {
    this.opened = true;
    const { sessionId, accountSid, callSid, from, to } = this.#parts.setup;
    this.#say({
      type: "setup",
      sessionId,
      accountSid,
      parentCallSid: "",
      callSid,
      from,
      to,
      forwardedFrom: "",
      callType: "PSTN",
      callerName: "",
      direction: "inbound",
      callStatus: "RINGING",
      customParameters: {},
    });
    for (const frame of this.#early.splice(0)) this.#say(frame);
  }

  #take(data: string | null): void {
    if (this.#over) return;
    const frame = read(data);
    if (frame === null) {
      this.#parts.problem(`64107, invalid message: ${data?.slice(0, 200)}`);
      return this.#say({ type: "error", description: `Invalid message received: ${data?.slice(0, 200)}` });
    }
    this.frames.push(frame);
    if (frame.type === "text") this.#hear(frame);
    else if (frame.type === "language") this.language = frame.transcriptionLanguage ?? this.language;
    else if (frame.type === "end") {
      const { handoffData } = frame;
      this.#end({ status: "ended", ...(handoffData !== undefined && { handoffData }) });
      this.#socket.close();
    }
  }

  #hear({ token, last, preemptible }: Extract<ApplicationFrame, { type: "text" }>): void {
    if (!isSpeakable(token)) this.#parts.problem(`a voice would read signs out: ${token}`);
    const now = performance.now();
    const open = this.cycles.at(-1);
    const cycle = open === undefined || open.closed ? this.#begin(now, preemptible === true) : open;
    if (cycle.text === "" && token !== "") cycle.firstAt = now;
    cycle.text += token;
    cycle.at = now;
    cycle.closed = last;
    if (last && cycle.text === "") this.cycles.pop();
  }

  #begin(now: number, preempted: boolean): Cycle {
    const cycle = { text: "", at: now, firstAt: now, closed: false, preempted };
    this.cycles.push(cycle);
    return cycle;
  }

  #say(frame: unknown): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
    else if (this.#socket.readyState === WebSocket.CONNECTING) this.#early.push(frame);
  }

  #end(end: RelayEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.ended(end);
  }
}

function read(data: string | null): ApplicationFrame | null {
  try {
    const frame = ApplicationFrame.safeParse(JSON.parse(data ?? ""));
    return frame.success ? frame.data : null;
  } catch {
    return null;
  }
}
