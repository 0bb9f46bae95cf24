import type { Act, Bubble, Chat, Line, LineKind, Person, State, Update } from "../shared/protocol.ts";
import { Conversation } from "./conversation.ts";
import type { Arrived, Driver, Sink, Upload } from "./driver.ts";
import { FileShelf } from "./file-shelf.ts";
import { abilitiesOf } from "./abilities.ts";
import { Reporter } from "./reporter.ts";
import { sample } from "./samples.ts";
import { plainText } from "./text/marked-text.ts";
import { Wire } from "./wire.ts";

const FIRST_PEOPLE = ["Lucía Ferrer", "Marcos Gil"];
const VOICE_WORDS = "¿Cuánto cuesta arreglar un pinchazo?";

/** Every phone of every channel, what they show, and who is told when it changes. */
export class Simulator {
  readonly files = new FileShelf();
  readonly wire = new Wire((entry) => this.#tell({ type: "wire", entry }));
  readonly #gateway: string;
  readonly #drivers = new Map<LineKind, Driver>();
  readonly #people = new Map<LineKind, Person[]>();
  readonly #problems = new Map<LineKind, string>();
  readonly #chats = new Map<string, Conversation>();
  readonly #listeners = new Set<(update: Update) => void>();
  readonly #reporter = new Reporter(this.wire, (driver, chat) => {
    this.#show(chat);
    this.#showLine(driver);
  });

  constructor(gateway: string) {
    this.#gateway = gateway;
  }

  add(driver: Driver): void {
    this.#drivers.set(driver.kind, driver);
    this.#people.set(driver.kind, []);
    for (const name of FIRST_PEOPLE) this.addPerson(driver.kind, name);
  }

  /** Why one cannot write by a channel, where its vendor or Charla said so. */
  trouble(kind: LineKind, problem: string): void {
    this.#problems.set(kind, problem);
    this.#showLine(this.#driver(kind));
  }

  addPerson(kind: LineKind, name: string): Person {
    const person = this.#driver(kind).newContact(name);
    this.#people.get(kind)?.push(person);
    this.#chats.set(`${kind} ${person.id}`, new Conversation(kind, person.id));
    this.#showLine(this.#driver(kind));
    return person;
  }

  listen(listener: (update: Update) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get state(): State {
    return {
      lines: [...this.#drivers.values()].map((driver) => this.#line(driver)),
      chats: [...this.#chats.values()].map(({ view }): Chat => view),
      wire: this.wire.entries,
      gateway: this.#gateway,
    };
  }

  /** What a vendor's side tells of its channel. */
  sink(kind: LineKind): Sink {
    return {
      arrived: (contact, message) => this.#arrive(kind, contact, message),
      call: (contact, state) => this.#change(kind, contact, (chat) => chat.calling(state)),
      typing: (contact) => this.#change(kind, contact, (chat) => chat.typing()),
      read: (contact, id) => this.#change(kind, contact, (chat) => chat.readUpTo(id)),
    };
  }

  async act(kind: LineKind, person: string, act: Act): Promise<void> {
    const driver = this.#driver(kind);
    const chat = this.#chat(kind, person);
    switch (act.type) {
      case "say": {
        const { text, subject, quote } = act;
        const quoted = quote === undefined ? undefined : chat.find(quote);
        const words = { text, ...(subject && { subject }), ...(quoted?.id !== undefined && { quote: quoted.id }) };
        const shown = { text: plainText(text), ...(subject && { subject }), ...(quote !== undefined && { quote }) };
        return this.#send(chat, shown, () => driver.say(person, words));
      }
      case "sample":
        return this.sendFile(kind, person, sample(act.kind, act.words || VOICE_WORDS), act.words);
      case "tap":
        return this.#tap(driver, chat, act);
      case "react":
        return this.#mend(chat, act.key, { reaction: act.emoji }, (id) => driver.react?.(person, id, act.emoji));
      case "edit":
        return this.#mend(chat, act.key, { text: plainText(act.text), edited: true }, (id) =>
          driver.edit?.(person, id, act.text),
        );
      case "unsend":
        return this.#mend(chat, act.key, { deleted: true }, (id) => driver.unsend?.(person, id));
      case "seen":
        for (const bubble of chat.unread()) this.#reporter.report(driver, chat, bubble, ["read"]);
        return;
      case "owner":
        await driver.ownerSays?.(person, act.text);
        chat.add({ from: "owner", text: plainText(act.text) });
        return this.#show(chat);
      case "dial":
        return driver.dial?.(person);
      case "hang-up":
        return driver.hangUp?.(person);
      case "press":
        return driver.press?.(person, act.digits);
      case "person":
        return driver.person?.(person, act.answers);
      case "redeliver":
        await driver.redeliver?.(person);
        return;
      case "lose-next":
        this.#reporter.loseNext(kind);
        this.#showLine(driver);
    }
  }

  sendFile(kind: LineKind, person: string, file: Upload, words?: string): Promise<void> {
    const driver = this.#driver(kind);
    const shown = {
      files: [this.files.keep(file)],
      ...(file.kind === "voice" && { text: plainText(words || VOICE_WORDS) }),
    };
    return this.#send(this.#chat(kind, person), shown, async () => {
      if (driver.sendFile === undefined) throw new Error(`${driver.label} takes no files`);
      return driver.sendFile(person, file);
    });
  }

  async #send(chat: Conversation, shown: Partial<Bubble>, send: () => Promise<string>): Promise<void> {
    const bubble = chat.add({ from: "contact", tick: "pending", ...shown });
    this.#show(chat);
    try {
      bubble.id = await send();
      // The answer may have been quicker, and with it the blue ticks.
      if (bubble.tick === "pending") bubble.tick = "sent";
    } catch (error) {
      bubble.tick = "failed";
      throw error;
    } finally {
      this.#show(chat);
    }
  }

  async #tap(driver: Driver, chat: Conversation, { key, choice }: { key: string; choice: string }): Promise<void> {
    const bubble = chat.find(key);
    const found = bubble.choices?.items.find(({ id }) => id === choice);
    const { id } = bubble;
    if (found === undefined || id === undefined) throw new Error(`there is no choice ${choice}`);
    bubble.chosen = choice;
    await this.#send(chat, { text: plainText(found.title), quote: key }, async () => {
      return driver.tap === undefined
        ? driver.say(chat.person, { text: found.title })
        : driver.tap(chat.person, id, found);
    });
  }

  /** A change of a message that is there already, shown once the webhook has taken it. */
  async #mend(
    chat: Conversation,
    key: string,
    change: Partial<Bubble>,
    tell: (id: string) => Promise<void> | undefined,
  ): Promise<void> {
    const bubble = chat.find(key);
    if (bubble.id === undefined) throw new Error("the message has not arrived yet");
    await tell(bubble.id);
    Object.assign(bubble, change);
    this.#show(chat);
  }

  #arrive(kind: LineKind, person: string, { id, text, subject, html, choices, files = [] }: Arrived): void {
    const chat = this.#chats.get(`${kind} ${person}`);
    if (chat === undefined) return;
    if (chat.rewrite(id, text)) return this.#show(chat);
    const bubble = chat.add({
      from: "business",
      id,
      text,
      files: files.map((file) => this.files.keep(file)),
      ...(subject !== undefined && { subject }),
      ...(html !== undefined && { letter: this.files.keepLetter(html) }),
      ...(choices !== undefined && { choices }),
    });
    this.#show(chat);
    const driver = this.#driver(kind);
    this.#reporter.report(
      driver,
      chat,
      bubble,
      driver.reports.filter((state) => state !== "read"),
    );
  }

  #change(kind: LineKind, person: string, change: (chat: Conversation) => void): void {
    const chat = this.#chats.get(`${kind} ${person}`);
    if (chat === undefined) return;
    change(chat);
    this.#show(chat);
  }

  #show(chat: Conversation): void {
    this.#tell({ type: "chat", chat: chat.view });
  }

  #showLine(driver: Driver): void {
    this.#tell({ type: "line", line: this.#line(driver) });
  }

  #tell(update: Update): void {
    for (const listener of this.#listeners) listener(update);
  }

  #driver(kind: LineKind): Driver {
    const driver = this.#drivers.get(kind);
    if (driver === undefined) throw new Error(`there is no ${kind}`);
    return driver;
  }

  #chat(kind: LineKind, person: string): Conversation {
    const chat = this.#chats.get(`${kind} ${person}`);
    if (chat === undefined) throw new Error(`nobody is called ${person}`);
    return chat;
  }

  #line(driver: Driver): Line {
    const { kind, label, business } = driver;
    const problem = this.#problems.get(kind);
    return {
      kind,
      label,
      business,
      abilities: abilitiesOf(driver),
      people: this.#people.get(kind) ?? [],
      losing: this.#reporter.isLosing(kind),
      ...(problem !== undefined && { problem }),
    };
  }
}
