import type { LineSettings } from "../line.ts";
import type { VoiceAccount } from "./config.ts";
import { textsOf } from "./texts.ts";

export function lineSettings({ config }: VoiceAccount): LineSettings {
  const { handOverNumber, handOverKey } = config;
  return {
    vendorAccount: config.accountSid,
    mode: config.mode === "relay" ? "socket" : "turns",
    language: config.language,
    languages: config.languages.map(({ code, key }) => ({ code, key })),
    detectsLanguage: config.detectLanguage,
    greeting: textsOf(config, config.language).greeting,
    texts: (language) => textsOf(config, language),
    silenceMs: config.silenceSeconds * 1000,
    silences: config.silences,
    fillerAfterMs: config.fillerAfterMs,
    ...(handOverNumber !== undefined && { person: handOverNumber }),
    ...(handOverNumber !== undefined && handOverKey !== undefined && { personKey: handOverKey }),
    interruptible: config.interruptible !== "none",
    microsPerMinute: config.microsPerMinute,
  };
}
