import type { Chat, Line, LineKind, State, Update, WireEntry } from "../shared/protocol.ts";

const MAX_WIRE = 200;

export type Place = { line: LineKind; person: string };
export const keyOf = ({ line, person }: Place): string => `${line}/${person}`;

/** What the server has told so far, and where the reader is. */
export class Store {
  lines: Line[] = [];
  wire: WireEntry[] = [];
  gateway = "";
  place: Place | null = null;
  readonly #chats = new Map<string, Chat>();
  #wished: Place | null = null;
  /** How much of each chat has been looked at. */
  readonly #looked = new Map<string, number>();

  apply(update: Update): void {
    if (update.type === "state") this.#begin(update.state);
    else if (update.type === "line")
      this.lines = this.lines.map((line) => (line.kind === update.line.kind ? update.line : line));
    else if (update.type === "chat") this.#chats.set(keyOf(update.chat), update.chat);
    else this.wire = [...this.wire.slice(1 - MAX_WIRE), update.entry];
    this.#settle();
  }

  /** Somebody who is new may be asked for before the server has told of them. */
  go(line: LineKind, person?: string): void {
    const people = this.lines.find(({ kind }) => kind === line)?.people ?? [];
    const known = people.find(({ id }) => id === person);
    this.#wished = person !== undefined && known === undefined ? { line, person } : null;
    const next = known ?? (this.place?.line === line ? undefined : people[0]);
    if (next !== undefined) this.place = { line, person: next.id };
  }

  get line(): Line | undefined {
    return this.lines.find(({ kind }) => kind === this.place?.line);
  }

  chat(place: Place): Chat {
    return this.#chats.get(keyOf(place)) ?? { ...place, bubbles: [], typingUntil: 0 };
  }

  /** Marks the chat as looked at; true when there was something new of the business in it. */
  look(place: Place): boolean {
    const heard = this.#heard(place);
    const isNew = heard > (this.#looked.get(keyOf(place)) ?? 0);
    this.#looked.set(keyOf(place), heard);
    return isNew;
  }

  unread(line: Line): number {
    const places = line.people.map(({ id }): Place => ({ line: line.kind, person: id }));
    return places.reduce((sum, place) => sum + this.unreadOf(place), 0);
  }

  unreadOf(place: Place): number {
    return Math.max(0, this.#heard(place) - (this.#looked.get(keyOf(place)) ?? 0));
  }

  #heard(place: Place): number {
    return this.chat(place).bubbles.filter(({ from }) => from !== "contact").length;
  }

  #begin({ lines, chats, wire, gateway }: State): void {
    this.lines = lines;
    this.wire = wire;
    this.gateway = gateway;
    this.#chats.clear();
    for (const chat of chats) this.#chats.set(keyOf(chat), chat);
  }

  /** After the server began anew, the people of before are gone. */
  #settle(): void {
    const { place } = this;
    const wished = this.#wished;
    if (wished !== null && this.#isThere(wished)) return this.go(wished.line, wished.person);
    const isThere = place !== null && this.#isThere(place);
    const [first] = this.lines;
    if (isThere || first === undefined) return;
    this.place = null;
    this.go(place?.line ?? first.kind);
  }

  #isThere({ line, person }: Place): boolean {
    return this.lines.some(({ kind, people }) => kind === line && people.some(({ id }) => id === person));
  }
}
