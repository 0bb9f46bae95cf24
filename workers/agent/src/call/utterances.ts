import type { Line, LineSettings } from "@charla/channels/line";
import { newId } from "@charla/domain/ids";
import type { Arrival } from "@charla/domain/inbound";
import type { Core } from "../conversation/core.ts";
import type { CallRow } from "./record.ts";

/** What must be known of a socket when the object wakes up with it; kept at the socket itself. */
export type Place = { callId: string; sessionId: string; count: number };

type Parts = {
  core: Core;
  call: CallRow;
  line: Line;
  settings: LineSettings;
  socket: WebSocket;
  accept: (arrival: Arrival) => unknown;
};

const BETWEEN_KEYS_MS = 1_500;
const MAX_KEYS = 32;

/** What the person says or presses, as messages of the conversation, in the order in which they come. */
export class Utterances {
  readonly #parts: Parts;
  #place: Place;
  #keys = "";
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(parts: Parts, place: Place) {
    this.#parts = parts;
    this.#place = place;
  }

  get ready(): boolean {
    return this.#place.sessionId !== "";
  }

  get language(): string {
    return this.#parts.call.record.language;
  }

  speak(markdown: string): string {
    const speech = this.#parts.line.speech(this.language);
    return speech.push(markdown) + speech.end();
  }

  begin(sessionId: string): void {
    this.#move({ ...this.#place, sessionId });
  }

  take(text: string): void {
    const { core, accept } = this.#parts;
    this.#move({ ...this.#place, count: this.#place.count + 1 });
    const { head } = core;
    const now = core.now();
    const externalId = `${this.#place.sessionId}.${this.#place.count}`;
    accept({
      key: head.key,
      channelKind: head.channelKind,
      agentId: head.agentId,
      contact: { ...head.contact, locale: this.language },
      trackingId: newId("tracking", now),
      events: [{ kind: "message", externalId, at: now, text, spoken: true }],
      statuses: [],
    });
  }

  /** Keys that mean something by themselves. True when it was one. */
  press(digit: string): boolean {
    const language = this.#keys === "" && this.#parts.settings.languages.find(({ key }) => key === digit);
    if (!language) return false;
    this.switchTo(language.code);
    return true;
  }

  /** A number is complete with `#`, or when no more keys come. */
  collect(digit: string, before: () => void): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const done = (): void => {
      const keys = this.#keys;
      this.#keys = "";
      before();
      if (keys !== "") this.take(keys);
    };
    if (digit === "#" && this.#keys !== "") return done();
    this.#keys += digit;
    if (this.#keys.length >= MAX_KEYS) return done();
    this.#timer = setTimeout(done, BETWEEN_KEYS_MS);
  }

  /** To one of the account's own languages; `en` is as good as `en-US` where that is the only one. */
  switchTo(spoken: string): void {
    const { settings, call, line, socket } = this.#parts;
    const known = [settings.language, ...settings.languages.map(({ code }) => code)];
    const code = known.find((one) => one === spoken) ?? known.find((one) => sameLanguage(one, spoken));
    if (code === undefined || code === this.language) return;
    if (!known.includes(spoken) && sameLanguage(this.language, spoken)) return;
    call.save({ language: code });
    const listening = settings.detectsLanguage ? {} : { listening: code };
    socket.send(line.write({ type: "switch", speaking: code, ...listening }));
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #move(place: Place): void {
    this.#place = place;
    this.#parts.socket.serializeAttachment(place);
  }
}

const sameLanguage = (a: string, b: string): boolean => a.split("-", 1)[0] === b.split("-", 1)[0];
