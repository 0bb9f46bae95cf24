import { expect, it } from "vitest";
import { optWord, stopLanguage } from "./opt-words.ts";

it.each([
  "STOP",
  "stop",
  " Stop! ",
  "BAJA",
  "Baja.",
  "darme de baja",
  "No más mensajes",
  "unsubscribe",
  "PARAR",
  "stop all",
])("%j asks for silence", (text) => expect(optWord(text)).toBe("opt_out"));

it.each(["START", "alta", "Alta."])("%j asks for messages again", (text) => expect(optWord(text)).toBe("opt_in"));

it.each([
  "",
  "no pares, stop no",
  "¿Cómo me doy de baja?",
  "la planta baja",
  "cancelar",
  "alto",
  "stop stop",
  `${"baja ".repeat(40)}`,
  "🛑",
])("%j is just a message", (text) => expect(optWord(text)).toBeUndefined());

it.each([
  ["Baja.", "es"],
  ["unsubscribe", "en"],
  ["STOP", "both"],
  ["alta", undefined],
  ["la planta baja", undefined],
])("%j is confirmed in %s", (text, language) => expect(stopLanguage(text)).toBe(language));
