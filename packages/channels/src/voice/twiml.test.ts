import fc from "fast-check";
import twilio from "twilio";
import { describe, expect, it } from "vitest";
import { connectRelay, dial, gather, hangup, pause, redirect, reject, say, twiml } from "./twiml.ts";

const { VoiceResponse } = twilio.twiml;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const decoded = (text: string): string =>
  text.replaceAll(/&(#x[0-9A-Fa-f]+|#\d+|\w+);/g, (_, name: string) => {
    if (name.startsWith("#x")) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    return name.startsWith("#") ? String.fromCodePoint(Number(name.slice(1))) : (ENTITIES[name] ?? `unknown ${name}`);
  });

/** A document as any parser reads it: tags with sorted attributes, and texts, whichever characters are escaped. */
function read(xml: string): unknown[] {
  const tokens = xml.replace(/^<\?xml[^>]*\?>/, "").match(/<(?:[^>"]|"[^"]*")+>|[^<]+/g) ?? [];
  return tokens.flatMap((token) => {
    if (!token.startsWith("<")) return [decoded(token)];
    const [, close, name = "", rest = "", empty] = /^<(\/?)([\w]+)(.*?)(\/?)>$/s.exec(token) ?? [];
    if (close === "/") return [`/${name}`];
    const attributes = [...rest.matchAll(/([\w]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [
      key,
      decoded(value),
    ]);
    return [{ [name]: Object.fromEntries(attributes.toSorted()) }, ...(empty === "/" ? [`/${name}`] : [])];
  });
}

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom("<", ">", "&", '"', "'", "]]>", "\n", "ñ", "👋", "&amp;"),
    fc.constantFrom("a", " ", "z"),
  ),
  minLength: 1,
  maxLength: 20,
});

describe("TwiML", () => {
  it("says what the official builder says, for any words", () => {
    fc.assert(
      fc.property(text, text, text, (greeting, hints, value) => {
        const ours = twiml(
          say(greeting, { language: "es-ES" }),
          gather(
            { action: "https://charla.example/voice?a=1&b=2", language: "es-ES", hints },
            say(value, { language: "es-ES" }),
          ),
          connectRelay({
            url: "wss://charla.example/voice/relay?t=1&u=2",
            action: "https://charla.example/voice/ended",
            language: "es-ES",
            welcomeGreeting: greeting,
            interruptible: "any",
            dtmfDetection: true,
            languages: [{ code: "en-US", voice: "Joanna-Neural", ttsProvider: "Amazon" }],
            parameters: { conv: value },
          }),
          pause(2),
          redirect("https://charla.example/voice/next?a=1&b=2"),
          dial("+34600111222", { action: "https://charla.example/voice/dialled", timeout: 20 }),
          hangup(),
        );
        const theirs = new VoiceResponse();
        theirs.say({ language: "es-ES" }, greeting);
        theirs
          .gather({
            input: ["speech", "dtmf"],
            action: "https://charla.example/voice?a=1&b=2",
            method: "POST",
            speechTimeout: "auto",
            language: "es-ES",
            hints,
            actionOnEmptyResult: true,
            bargeIn: true,
          })
          .say({ language: "es-ES" }, value);
        const relay = theirs
          .connect({ action: "https://charla.example/voice/ended", method: "POST" })
          .conversationRelay({
            url: "wss://charla.example/voice/relay?t=1&u=2",
            language: "es-ES",
            welcomeGreeting: greeting,
            interruptible: "any",
            dtmfDetection: true,
          });
        relay.language({ code: "en-US", voice: "Joanna-Neural", ttsProvider: "Amazon" });
        relay.parameter({ name: "conv", value });
        theirs.pause({ length: 2 });
        theirs.redirect({ method: "POST" }, "https://charla.example/voice/next?a=1&b=2");
        const dialling = { action: "https://charla.example/voice/dialled", method: "POST", timeout: 20 };
        theirs.dial(dialling).number("+34600111222");
        theirs.hangup();
        expect(read(ours)).toEqual(read(theirs.toString()));
      }),
    );
  });

  it("holds no character that would break a document", () => {
    const all = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).join("");
    expect(twiml(say(`a${all}\ufffe\ud83d<b`, { language: "es-ES" }))).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="es-ES">a&#9;&#10;&#13;\ufffd&lt;b</Say></Response>',
    );
  });

  it("can be nothing, or a no", () => {
    expect(twiml()).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
    expect(twiml(reject("busy"))).toContain('<Reject reason="busy"/>');
  });
});
