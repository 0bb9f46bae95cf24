import { expect, it } from "vitest";
import { optWord } from "./opt-words.ts";

it.each(["STOP", "stop", " Stop! ", "BAJA", "Baja.", "darme de baja", "No más mensajes", "unsubscribe"])(
  "%j asks for silence",
  (text) => expect(optWord(text)).toBe("opt_out"),
);

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
