import { expect, it } from "vitest";
import { eventsOf } from "./message.ts";

const NOW = 1_790_000_000_000;
const said = (body: string, from = "+34600111222", more: Record<string, string> = {}) =>
  eventsOf(new URLSearchParams({ MessageSid: "SM1", From: from, To: "+3491", Body: body, ...more }), NOW);

it.each(["BAJA", "baja.", "Parar", "no más mensajes"])("%j by SMS asks for silence, which we confirm", (word) => {
  expect(said(word)).toEqual([{ externalId: "SM1", at: NOW, kind: "opt_out", why: "asked", confirm: "es" }]);
});

it("what Twilio has answered already is not confirmed again", () => {
  expect(said("STOP")).toEqual([{ externalId: "SM1", at: NOW, kind: "opt_out", why: "asked" }]);
  expect(said("BAJA", "+34600111222", { OptOutType: "STOP" })[0]).not.toHaveProperty("confirm");
});

it("on WhatsApp Twilio answers nothing, so STOP is confirmed as well", () => {
  expect(said("stop", "whatsapp:+34600111222")).toMatchObject([{ kind: "opt_out", confirm: "both" }]);
});

it("ALTA by SMS undoes it and is answered", () => {
  expect(said("Alta").map(({ kind }) => kind)).toEqual(["opt_in", "message"]);
  expect(said("¿Cómo me doy de baja?").map(({ kind }) => kind)).toEqual(["message"]);
});
