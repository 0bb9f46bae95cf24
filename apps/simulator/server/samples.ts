import { crc32, deflateSync } from "node:zlib";
import type { Upload } from "./driver.ts";

/** What a phone has at hand to send, made here: a picture, a recording and a document. */
export function sample(kind: "image" | "voice" | "document", words: string): Upload {
  if (kind === "image") return { bytes: picture(), name: "bicicleta.png", mime: "image/png", kind };
  if (kind === "voice") return { bytes: recording(words), name: "nota-de-voz.wav", mime: "audio/wav", kind };
  return { bytes: document(), name: "presupuesto.pdf", mime: "application/pdf", kind };
}

function pngChunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

type Rgb = readonly [number, number, number];
const SKY: Rgb = [214, 236, 246];
const ROAD: Rgb = [233, 225, 208];
const TYRE: Rgb = [30, 38, 44];
const FRAME: Rgb = [11, 107, 88];

/** A bicycle, more or less. */
function picture(width = 320, height = 220): Buffer {
  const wheels = [
    [90, 140],
    [230, 140],
  ] as const;
  const bars = [
    [90, 140, 135, 80],
    [135, 80, 205, 80],
    [205, 80, 160, 140],
    [135, 80, 160, 140],
    [90, 140, 160, 140],
    [230, 140, 200, 62],
    [122, 66, 146, 66],
    [190, 62, 216, 62],
  ] as const;
  const colour = (x: number, y: number): Rgb => {
    if (bars.some(([x1, y1, x2, y2]) => distanceToBar(x, y, x1, y1, x2, y2) < 4)) return FRAME;
    if (wheels.some(([cx, cy]) => Math.abs(Math.hypot(x - cx, y - cy) - 48) < 4.5)) return TYRE;
    return y > 186 ? ROAD : SKY;
  };
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows.set(colour(x, y), y * (width * 3 + 1) + 1 + x * 3);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    pngChunk("IHDR", head),
    pngChunk("IDAT", deflateSync(rows)),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function distanceToBar(x: number, y: number, x1: number, y1: number, x2: number, y2: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

const RATE = 8_000;

function riff(type: string, body: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from(type, "latin1"), size, body, Buffer.alloc(body.length % 2)]);
}

/** One soft tone per word. The words are in the comment of the file, where the demo model reads what it cannot hear. */
function recording(words: string): Buffer {
  const spoken = words.split(/\s+/).filter((word) => word !== "");
  const perWord = Math.round(RATE * 0.28);
  const sound = Buffer.alloc(perWord * Math.max(1, spoken.length), 128);
  for (let at = 0; at < sound.length; at++) {
    const word = spoken[Math.floor(at / perWord)] ?? "";
    const within = (at % perWord) / perWord;
    const loud = within < 0.8 ? Math.sin((Math.PI * within) / 0.8) : 0;
    sound[at] = 128 + Math.round(40 * loud * Math.sin((2 * Math.PI * (170 + 14 * (word.length % 9)) * at) / RATE));
  }
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(RATE, 4);
  format.writeUInt32LE(RATE, 8);
  format.writeUInt16LE(1, 12);
  format.writeUInt16LE(8, 14);
  const comment = Buffer.concat([Buffer.from("INFO"), riff("ICMT", Buffer.from(`transcript:${words}\0`))]);
  return riff(
    "RIFF",
    Buffer.concat([Buffer.from("WAVE"), riff("fmt ", format), riff("LIST", comment), riff("data", sound)]),
  );
}

const LINES = [
  "Presupuesto 2026-042",
  "Cliente: taller de demostracion",
  "Cambio de cadena y pastillas de freno",
  "Total: 64,00 EUR",
];

/** One page of text. */
function document(): Buffer {
  const text = LINES.map(
    (line, index) => `BT /F1 ${index === 0 ? 20 : 13} Tf 60 ${740 - index * 34} Td (${line}) Tj ET`,
  ).join("\n");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let body = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const at = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = places.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  return Buffer.from(
    `${body}xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
    "latin1",
  );
}
