import { randomBytes } from "node:crypto";
import type { TwilioAccountBook } from "@charla/testkit/vendors/twilio/account";
import { TwilioCall } from "@charla/testkit/vendors/twilio/calls/call";
import { TwilioServer } from "@charla/testkit/vendors/twilio/server";
import type { CallState } from "../../shared/protocol.ts";
import { type ChannelWish, type Contact, type Driver, mustHave, type Sink } from "../driver.ts";
import { freshDigits } from "../fresh-id.ts";
import { plainText } from "../text/marked-text.ts";
import type { Watch } from "../wire.ts";

const NUMBER = "+34911000043";
const PERSON = "+34911000044";
/** What is spoken grows word by word; the vendor's side tells nobody, so it is looked at. */
const LOOK_MS = 120;

const STATES: Record<TwilioCall["state"], CallState> = {
  asking: "waiting",
  relay: "talking",
  gather: "talking",
  dialling: "dialling",
  over: "over",
};

export async function startVoice(
  sink: Sink,
  watch: Watch,
): Promise<{ driver: VoiceDriver; close: () => Promise<void> }> {
  const server = await TwilioServer.start({ served: (exchange) => watch.served("voice", exchange) });
  const book = server.openAccount(randomBytes(16).toString("hex"));
  book.addNumber(NUMBER);
  book.send = watch.send;
  const driver = new VoiceDriver(server, book, sink);
  return {
    driver,
    close: async () => {
      driver.close();
      await server.close();
    },
  };
}

type Ongoing = { call: TwilioCall; looking: NodeJS.Timeout; shown: string };

/** Telephone calls, with text in place of speech. */
export class VoiceDriver implements Driver {
  readonly kind = "voice";
  readonly label = "Teléfono";
  readonly business = { name: "La Cadena", address: "+34 911 000 043" };
  readonly channel: ChannelWish;
  readonly reports = [] as const;
  readonly #server: TwilioServer;
  readonly #book: TwilioAccountBook;
  readonly #sink: Sink;
  readonly #people = new Map<string, string>();
  readonly #calls = new Map<string, Ongoing>();
  #serial = 0;

  constructor(server: TwilioServer, book: TwilioAccountBook, sink: Sink) {
    this.#server = server;
    this.#book = book;
    this.#sink = sink;
    this.channel = {
      kind: "voice",
      name: "Teléfono (simulador)",
      config: {
        accountSid: book.sid,
        phoneNumber: NUMBER,
        handOverNumber: PERSON,
        handOverKey: "0",
        apiUrl: server.url,
      },
      secrets: { authTokens: [book.token] },
    };
  }

  newContact(name: string): Contact {
    const id = `+346${freshDigits(8)}`;
    this.#people.set(id, name);
    return { id, name, address: `${id.slice(0, 3)} ${id.slice(3, 6)} ${id.slice(6, 9)} ${id.slice(9)}` };
  }

  async dial(contact: string): Promise<void> {
    if (this.#calls.has(contact)) throw new Error("the call goes on already");
    this.#sink.call(contact, "waiting");
    const caller = { from: contact, to: NUMBER, name: mustHave(this.#people, contact) };
    try {
      const call = await TwilioCall.dial(this.#server, this.#book, caller);
      const looking = setInterval(() => this.#look(contact), LOOK_MS);
      this.#calls.set(contact, { call, looking, shown: "" });
      this.#look(contact);
    } catch (error) {
      this.#sink.call(contact, "over");
      throw error;
    }
  }

  async say(contact: string, { text }: { text: string }): Promise<string> {
    await mustHave(this.#calls, contact).call.say(text);
    return `said-${++this.#serial}`;
  }

  press(contact: string, digits: string): Promise<void> {
    return mustHave(this.#calls, contact).call.press(digits);
  }

  async hangUp(contact: string): Promise<void> {
    await mustHave(this.#calls, contact).call.hangUp();
    this.#look(contact);
  }

  /** Whether the person whom the call is put through to picks up. */
  async person(contact: string, answers: boolean): Promise<void> {
    await mustHave(this.#calls, contact).call.person(answers ? "completed" : "no-answer");
    this.#look(contact);
  }

  close(): void {
    for (const { looking } of this.#calls.values()) clearInterval(looking);
  }

  #look(contact: string): void {
    const ongoing = this.#calls.get(contact);
    if (ongoing === undefined) return;
    const { call, looking } = ongoing;
    const { heard, sid, state } = call;
    const shown = JSON.stringify([heard.map(({ text }) => text), state]);
    if (shown === ongoing.shown) return;
    ongoing.shown = shown;
    for (const [index, { text }] of heard.entries())
      this.#sink.arrived(contact, { id: `${sid}-${index}`, text: plainText(text) });
    this.#sink.call(contact, STATES[state]);
    if (state !== "over") return;
    clearInterval(looking);
    this.#calls.delete(contact);
  }
}
