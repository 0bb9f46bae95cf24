import { expect, test } from "vitest";
import { gistOf } from "./gist.ts";

test.each([
  [
    "a status",
    { entry: [{ changes: [{ value: { statuses: [{ id: "wamid.1", status: "delivered" }] } }] }] },
    "delivered",
  ],
  ["a text", { messages: [{ type: "text", text: { body: "hola\nqué tal" } }] }, "hola qué tal"],
  ["an echo", { value: { message_echoes: [{ text: { body: "voy" } }] } }, "message_echoes · voy"],
  [
    "choices",
    { text: "¿Cuál?", reply_markup: { inline_keyboard: [[{ text: "Sí", callback_data: "x" }]] } },
    "¿Cuál? · Sí",
  ],
  ["nothing that tells", { ok: true, id: 7 }, ""],
])("recognises %s", (_, body, gist) => {
  expect(gistOf(JSON.stringify(body, null, 2))).toBe(gist);
});

test("reads forms, and nothing that is neither", () => {
  expect(gistOf("From = +34600\nBody = ¿Abrís hoy?\nMessageStatus = sent")).toBe("¿Abrís hoy? · sent");
  expect(gistOf("<html>")).toBe("");
});

test("is short", () => {
  expect(gistOf(JSON.stringify({ text: "x".repeat(500) }))).toHaveLength(91);
});
