import { ascii, concat } from "./bytes.ts";

/**
 * Speech both ways without understanding sound. A recording made here carries its words in the comment field of
 * the file (RIFF INFO "ICMT"), the standard place for it, and recognition reads that field. Any other recording
 * gets an answer that says plainly it was not understood.
 */
const RATE = 8000;
const SECONDS_PER_CHARACTER = 0.06;
const MAX_SECONDS = 4;
const COMMENT_MARK = "transcript:";

const u32 = (value: number): Uint8Array =>
  Uint8Array.of(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255);
const u16 = (value: number): Uint8Array => Uint8Array.of(value & 255, (value >> 8) & 255);

function chunk(id: string, body: Uint8Array): Uint8Array {
  return concat(ascii(id), u32(body.length), body, new Uint8Array(body.length % 2));
}

/** A WAV file: one soft tone per word, as long as speaking the text would roughly take. */
export function speak(text: string): Uint8Array<ArrayBuffer> {
  const seconds = Math.min(MAX_SECONDS, Math.max(0.2, text.length * SECONDS_PER_CHARACTER));
  const samples = new Uint8Array(Math.round(RATE * seconds));
  const words = text.split(/\s+/).filter((word) => word !== "");
  const perWord = Math.max(1, Math.floor(samples.length / Math.max(1, words.length)));
  for (let i = 0; i < samples.length; i++) {
    const word = words[Math.floor(i / perWord)] ?? "";
    const within = (i % perWord) / perWord;
    const envelope = within < 0.8 ? Math.sin((Math.PI * within) / 0.8) : 0;
    samples[i] = 128 + Math.round(40 * envelope * Math.sin((2 * Math.PI * (160 + 12 * (word.length % 9)) * i) / RATE));
  }
  const format = concat(u16(1), u16(1), u32(RATE), u32(RATE), u16(1), u16(8));
  const comment = concat(ascii("INFO"), chunk("ICMT", concat(ascii(COMMENT_MARK + text), Uint8Array.of(0))));
  const body = concat(ascii("WAVE"), chunk("fmt ", format), chunk("LIST", comment), chunk("data", samples));
  return concat(ascii("RIFF"), u32(body.length), body);
}

export interface Heard {
  text: string;
  understood: boolean;
  seconds: number;
}

/** Bytes per second a compressed voice note of unknown format is assumed to have. */
const VOICE_NOTE_RATE = 3000;

function wavSeconds(bytes: Uint8Array): number | undefined {
  if (bytes.length < 44 || new TextDecoder("latin1").decode(bytes.subarray(0, 4)) !== "RIFF") return undefined;
  const rate = new DataView(bytes.buffer, bytes.byteOffset).getUint32(28, true);
  return rate > 0 ? (bytes.length - 44) / rate : undefined;
}

export function listen(bytes: Uint8Array): Heard {
  const seconds = Math.round((wavSeconds(bytes) ?? bytes.length / VOICE_NOTE_RATE) * 10) / 10;
  const head = new TextDecoder().decode(bytes.subarray(0, 64 * 1024));
  const start = head.indexOf(COMMENT_MARK);
  if (start >= 0) {
    const text =
      head
        .slice(start + COMMENT_MARK.length)
        .split("\0")[0]
        ?.trim() ?? "";
    return { text, understood: true, seconds };
  }
  return {
    text: `[audio de ${seconds} s: el modelo de demostración no puede oírlo · ${seconds} s of audio: the demo model cannot hear it]`,
    understood: false,
    seconds,
  };
}

export interface TimedWord {
  word: string;
  start: number;
  end: number;
}

export function timedWords({ text, seconds }: Heard): TimedWord[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const each = seconds / Math.max(1, words.length);
  const round = (value: number) => Math.round(value * 1000) / 1000;
  return words.map((word, index) => ({ word, start: round(index * each), end: round((index + 1) * each) }));
}
