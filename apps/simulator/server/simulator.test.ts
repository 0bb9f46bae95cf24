import { beforeEach, describe, expect, it } from "vitest";
import type { Bubble, Report, Update } from "../shared/protocol.ts";
import type { Driver, Sink } from "./driver.ts";
import { Simulator } from "./simulator.ts";

let told: Update[];
let reported: string[];
let simulator: Simulator;
let sink: Sink;
let person: string;
let driver: Driver;
let serial = 0;

beforeEach(() => {
  told = [];
  reported = [];
  simulator = new Simulator("http://localhost:8787");
  sink = simulator.sink("whatsapp");
  driver = {
    kind: "whatsapp",
    label: "WhatsApp",
    business: { name: "La Cadena", address: "+34" },
    channel: { kind: "whatsapp", name: "x", config: {}, secrets: {} },
    newContact: (name) => ({ id: `p${++serial}`, name, address: "" }),
    say: async (_, { text }) => `in-${text}`,
    tap: async (_, id, { id: choice }) => `tap-${id}-${choice}`,
    reports: ["sent", "delivered", "read"],
    report: async (_, id, state) => void reported.push(`${id} ${state}`),
  };
  simulator.add(driver);
  simulator.listen((update) => told.push(update));
  person = simulator.state.lines[0]?.people[0]?.id ?? "";
});

const bubbles = (): Bubble[] => simulator.state.chats.find((chat) => chat.person === person)?.bubbles ?? [];
const arrive = (id: string, more = {}): void => sink.arrived(person, { id, text: [{ text: id }], ...more });
const settled = async (tick: string): Promise<void> => expect.poll(() => bubbles().at(-1)?.tick).toBe(tick);

describe("what a person does", () => {
  it("is shown at once and ticked when the webhook has taken it", async () => {
    const saying = simulator.act("whatsapp", person, { type: "say", text: "hola" });
    expect(bubbles()).toMatchObject([{ from: "contact", tick: "pending", text: [{ text: "hola" }] }]);
    await saying;
    expect(bubbles()).toMatchObject([{ id: "in-hola", tick: "sent" }]);
    sink.read(person, "in-hola");
    expect(bubbles()).toMatchObject([{ tick: "read" }]);
  });

  it("stays blue when the blue ticks were quicker than the answer to the webhook", async () => {
    driver.say = async () => {
      sink.read(person);
      return "in-1";
    };
    await simulator.act("whatsapp", person, { type: "say", text: "hola" });
    expect(bubbles()).toMatchObject([{ tick: "read" }]);
  });

  it("is shown as failed when the webhook was refused", async () => {
    driver.say = () => Promise.reject(new Error("the webhook was answered 401"));
    await expect(simulator.act("whatsapp", person, { type: "say", text: "hola" })).rejects.toThrow("401");
    expect(bubbles()).toMatchObject([{ tick: "failed" }]);
  });

  it("may be a tap on a choice, by the id that the business gave", async () => {
    arrive("out-1", { choices: { look: "buttons", items: [{ id: "a", title: "Sí" }] } });
    const key = bubbles()[0]?.key ?? "";
    await simulator.act("whatsapp", person, { type: "tap", key, choice: "a" });
    expect(bubbles()).toMatchObject([{ chosen: "a" }, { id: "tap-out-1-a", text: [{ text: "Sí" }], quote: key }]);
    await expect(simulator.act("whatsapp", person, { type: "tap", key, choice: "b" })).rejects.toThrow("no choice");
  });

  it("goes only where somebody is", async () => {
    await expect(simulator.act("whatsapp", "nobody", { type: "seen" })).rejects.toThrow("nobody");
    await expect(simulator.act("sms", person, { type: "seen" })).rejects.toThrow("no sms");
  });
});

describe("what a phone reports", () => {
  it("is sent and delivered on arrival, and read once it is seen, in this order and once", async () => {
    arrive("out-1");
    await settled("delivered");
    await simulator.act("whatsapp", person, { type: "seen" });
    await settled("read");
    await simulator.act("whatsapp", person, { type: "seen" });
    expect(reported).toEqual(["out-1 sent", "out-1 delivered", "out-1 read"] satisfies `out-1 ${Report}`[]);
  });

  it("goes astray once when it shall", async () => {
    await simulator.act("whatsapp", person, { type: "lose-next" });
    expect(simulator.state.lines[0]?.losing).toBe(true);
    arrive("out-1");
    await settled("delivered");
    expect(reported).toEqual(["out-1 delivered"]);
    expect(simulator.state.lines[0]?.losing).toBe(false);
    expect(simulator.wire.entries).toMatchObject([{ way: "lost", path: "sent" }]);
  });

  it("is nothing that the channel does not know", async () => {
    driver.reports = ["sent"];
    arrive("out-1");
    await settled("sent");
    await simulator.act("whatsapp", person, { type: "seen" });
    expect(reported).toEqual(["out-1 sent"]);
  });
});

describe("what is shown", () => {
  it("is nobody else's, and typing ends with the message", () => {
    sink.typing(person);
    expect(told.at(-1)).toMatchObject({ type: "chat", chat: { person } });
    const until = (): number => simulator.state.chats.find((chat) => chat.person === person)?.typingUntil ?? 0;
    expect(until()).toBeGreaterThan(Date.now());
    arrive("out-1");
    expect(until()).toBe(0);
    const others = simulator.state.chats.filter((chat) => chat.person !== person);
    expect(others.flatMap((chat) => chat.bubbles)).toEqual([]);
  });

  it("offers what the phone can do and no more", () => {
    expect(simulator.state.lines[0]?.abilities).toEqual(["reports"]);
  });
});
