import { expect, test } from "vitest";
import { secretIn } from "./secret-text.ts";

const letters = (count: number): string => "aB3dE6gH9jK2mN5pQ8sT1vW4xY7z".repeat(4).slice(0, count);

test.each([
  [`Usa sk-proj-${letters(40)} para pagar`, "an API key"],
  [`sk-${letters(48)}`, "an API key"],
  [`AIza${letters(35)}`, "an API key of Google"],
  ["AKIAABCDEFGHIJKLMNOP", "an access key of Amazon"],
  [`ghp_${letters(36)}`, "a token of GitHub"],
  [`xoxb-${letters(30)}`, "a token of Slack"],
  [`EAA${letters(60)}`, "a token of Meta"],
  [`123456789:${letters(35)}`, "a token of a Telegram bot"],
  [`ck_${letters(30)}`, "a key of this platform"],
  [`eyJ${letters(20)}.eyJ${letters(20)}.${letters(20)}`, "a signed token"],
  ["-----BEGIN RSA PRIVATE KEY-----", "a private key"],
  ["postgres://ana:s3cr3ta@db.example.com/shop", "an address with a password"],
])("%s is %s", (text, what) => {
  expect(secretIn(text)).toBe(what);
});

test.each([
  "Llama al 600 123 123 o escribe a hola@example.com",
  "https://example.com/tienda?ref=ana:luis@casa",
  "El número de pedido tiene la forma ES-2026-000123",
  "La palabra skateboard, sk-8 y EAAT no son claves",
  "IBAN ES91 2100 0418 4502 0005 1332",
  "Ratio 12345678:1",
])("%s is none", (text) => {
  expect(secretIn(text)).toBeUndefined();
});
