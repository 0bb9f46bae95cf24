import { inflateSync } from "node:zlib";
import { documentText } from "@charla/documents/read";
import { expect, test } from "vitest";
import { listen } from "../../../emulators/ai/src/sound.ts";
import { sample } from "./samples.ts";

test("the recording says its words to whom reads them, and lasts as long", () => {
  const { bytes, mime } = sample("voice", "¿Abrís los sábados?");
  expect(mime).toBe("audio/wav");
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
  const heard = listen(new Uint8Array(bytes));
  expect(heard).toMatchObject({ text: "¿Abrís los sábados?", understood: true });
  expect(heard.seconds).toBeGreaterThan(0.5);
});

test("the picture is whole", () => {
  const { bytes } = sample("image", "");
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const at = bytes.indexOf("IDAT");
  const pixels = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  expect(pixels).toHaveLength((width * 3 + 1) * height);
});

test("the document is read by what reads documents", async () => {
  const { text } = await documentText(new Uint8Array(sample("document", "").bytes));
  expect(text).toContain("Presupuesto 2026-042");
  expect(text).toContain("Total: 64,00 EUR");
});
