import { describe, expect, it } from "vitest";
import type { Bubble, Chat, Line, State } from "../shared/protocol.ts";
import { Store } from "./store.ts";

const line = (kind: Line["kind"], ...people: string[]): Line => ({
  kind,
  label: kind,
  business: { name: "x", address: "y" },
  abilities: [],
  people: people.map((id) => ({ id, name: id, address: id })),
  losing: false,
});
const bubble = (key: string, from: Bubble["from"]): Bubble => ({ key, at: 0, from, text: [{ text: key }], files: [] });
const chat = (person: string, ...bubbles: Bubble[]): Chat => ({ line: "sms", person, bubbles, typingUntil: 0 });
const state = (lines: Line[], chats: Chat[] = []): State => ({ lines, chats, wire: [], gateway: "http://localhost" });

describe("the simulator's page", () => {
  it("begins with the first channel and its first person", () => {
    const store = new Store();
    store.apply({ type: "state", state: state([line("sms", "a", "b"), line("web", "c")]) });
    expect(store.place).toEqual({ line: "sms", person: "a" });
  });

  it("stays where it was when everything is told again, and elsewhere when the person is gone", () => {
    const store = new Store();
    const lines = [line("sms", "a", "b"), line("web", "c")];
    store.apply({ type: "state", state: state(lines) });
    store.go("sms", "b");
    store.apply({ type: "state", state: state(lines) });
    expect(store.place).toEqual({ line: "sms", person: "b" });
    store.apply({ type: "state", state: state([line("sms", "x", "y")]) });
    expect(store.place).toEqual({ line: "sms", person: "x" });
  });

  it("goes nowhere that does not exist", () => {
    const store = new Store();
    store.apply({ type: "state", state: state([line("sms", "a")]) });
    store.go("web", "c");
    expect(store.place).toEqual({ line: "sms", person: "a" });
    store.go("sms", "nobody");
    expect(store.place).toEqual({ line: "sms", person: "a" });
  });

  it("goes to somebody new as soon as they are there, unless one has gone elsewhere meanwhile", () => {
    const store = new Store();
    store.apply({ type: "state", state: state([line("sms", "a"), line("web", "c")]) });
    store.go("sms", "new");
    expect(store.place).toEqual({ line: "sms", person: "a" });
    store.apply({ type: "line", line: line("sms", "a", "new") });
    expect(store.place).toEqual({ line: "sms", person: "new" });
    store.go("sms", "newer");
    store.go("web");
    store.apply({ type: "line", line: line("sms", "a", "new", "newer") });
    expect(store.place).toEqual({ line: "web", person: "c" });
  });

  it("counts what the business wrote and nobody has looked at", () => {
    const store = new Store();
    const sms = line("sms", "a", "b");
    store.apply({ type: "state", state: state([sms]) });
    store.apply({
      type: "chat",
      chat: chat("b", bubble("1", "contact"), bubble("2", "business"), bubble("3", "owner")),
    });
    expect(store.unread(sms)).toBe(2);
    expect(store.look({ line: "sms", person: "b" })).toBe(true);
    expect(store.look({ line: "sms", person: "b" })).toBe(false);
    expect(store.unread(sms)).toBe(0);
  });

  it("keeps the last requests only", () => {
    const store = new Store();
    const entry = {
      at: 0,
      line: "sms",
      way: "in",
      method: "POST",
      path: "/",
      status: 200,
      request: "",
      response: "",
    } as const;
    for (let id = 1; id <= 250; id++) store.apply({ type: "wire", entry: { ...entry, id } });
    expect(store.wire).toHaveLength(200);
    expect(store.wire.at(-1)?.id).toBe(250);
  });
});
