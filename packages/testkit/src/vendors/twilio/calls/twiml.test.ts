import { describe, expect, it } from "vitest";

import { ApplicationFrame, isSpeakable } from "./frames.ts";
import { readTwiml } from "./twiml.ts";

const document = (inner: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${inner}</Response>`;

describe("what Twilio would not take of an answer", () => {
  it.each([
    ["no declaration", "<Response/>"],
    ["two roots", `${document("")}<Response/>`],
    ["a verb that is none", document("<Speak>Hola</Speak>")],
    ["a verb where it may not stand", document("<ConversationRelay url='wss://a.example'/>")],
    ["an attribute that is none", document('<Say tongue="es">Hola</Say>')],
    ["a bare ampersand", document("<Say>a & b</Say>")],
    ["an entity of HTML", document("<Say>&nbsp;</Say>")],
    ["a tag that is not closed", document("<Say>Hola")],
  ])("is %s", (_, xml) => {
    expect(() => readTwiml(xml)).toThrow(/^12\d00/);
  });

  it("and all else is read with its texts as they were meant", () => {
    expect(readTwiml(document('<Say language="es-ES">a &lt; b &#x27;c&apos;</Say><Hangup/>'))).toEqual([
      { name: "Say", attributes: { language: "es-ES" }, verbs: [], text: "a < b 'c'" },
      { name: "Hangup", attributes: {}, verbs: [], text: "" },
    ]);
  });
});

describe("what Twilio would not take of a socket", () => {
  it.each([
    ["no type", { token: "Hola", last: true }],
    ["a text without its end", { type: "text", token: "Hola" }],
    ["a field that nobody knows", { type: "text", token: "Hola", last: true, voice: "Ana" }],
    ["letters as keys", { type: "sendDigits", digits: "abc" }],
    ["a record as what is handed over", { type: "end", handoffData: { reason: "x" } }],
  ])("is %s", (_, frame) => {
    expect(ApplicationFrame.safeParse(frame).success).toBe(false);
  });

  it("nor should a voice be given signs to read", () => {
    expect(["Hola, ¿qué tal?", "son 12 euros"].every(isSpeakable)).toBe(true);
    expect(["**Hola**", "https://a.example", "hola 🌷", "[x]"].some(isSpeakable)).toBe(false);
  });
});
