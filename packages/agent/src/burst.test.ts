import type { InboundEvent } from "@charla/domain/inbound";
import { BurstSettings } from "@charla/domain/release";
import { describe, expect, it } from "vitest";
import { burstDueAt, isComplete, type Waiting } from "./burst.ts";

const settings = BurstSettings.parse({});
const message = (text: string, more: Partial<Extract<InboundEvent, { kind: "message" }>> = {}): InboundEvent => ({
  kind: "message",
  externalId: text,
  at: 0,
  text,
  ...more,
});
const waiting = (arrivedAt: number, event: InboundEvent): Waiting => ({ arrivedAt, event });

describe("isComplete", () => {
  it.each([
    "¿A qué hora abrís?",
    "What does the blue one cost?",
    "cuánto cuesta la roja",
    "/start",
    "#4711",
    "Quiero cambiar la cita del martes.",
    "necesito que me arregléis la rueda trasera cuanto antes por favor",
  ])("lets a whole utterance through at once: %s", (text) => {
    expect(isComplete(message(text))).toBe(true);
  });

  it.each(["hola", "Buenas tardes!", "hi", "una cosa", "sobre mi bici", "y también", "ok"])(
    "holds back a fragment: %s",
    (text) => {
      expect(isComplete(message(text))).toBe(false);
    },
  );

  it("takes a tapped button as it is and waits for the words that go with a picture", () => {
    expect(isComplete(message("", { action: { id: "1", title: "Sí" } }))).toBe(true);
    expect(isComplete(message("", { media: [{ type: "image", ref: "x" }] }))).toBe(false);
    expect(isComplete(message("", { media: [{ type: "voice", ref: "x" }] }))).toBe(true);
  });

  it("takes what was said aloud as said in one go, and waits for nothing more", () => {
    const said = message("hola", { spoken: true });
    expect(isComplete(said)).toBe(true);
    expect(burstDueAt([waiting(0, message("eh", { spoken: true })), waiting(500, said)], settings)).toBe(500);
  });
});

describe("burstDueAt", () => {
  it("answers a single complete question without waiting", () => {
    expect(burstDueAt([waiting(1000, message("¿Abrís hoy?"))], settings)).toBe(1000);
  });

  it("waits after a fragment, counted from the last message", () => {
    expect(burstDueAt([waiting(1000, message("hola")), waiting(1500, message("una duda"))], settings)).toBe(
      1500 + settings.fragmentMs,
    );
  });

  it("waits a little after a complete message that ends a burst, since its writer is likely to go on", () => {
    expect(burstDueAt([waiting(1000, message("hola")), waiting(1500, message("¿Abrís hoy?"))], settings)).toBe(
      1500 + settings.fragmentMs,
    );
  });

  it("never waits longer than the hard cap from the first message", () => {
    const many = Array.from({ length: 50 }, (_, n) => waiting(1000 + n * 500, message("y")));
    expect(burstDueAt(many, settings)).toBe(1000 + settings.hardCapMs);
  });

  it("waits longer while media is still arriving", () => {
    expect(
      burstDueAt([waiting(0, message("", { media: [{ type: "image", ref: "a" }], mediaPending: true }))], settings),
    ).toBe(settings.mediaMs);
  });

  it("has nothing due when nothing waits", () => {
    expect(burstDueAt([], settings)).toBe(Number.POSITIVE_INFINITY);
  });
});
