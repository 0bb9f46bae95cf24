import type { IncomingMessage } from "node:http";
import * as z from "zod";

export const MAX_FILE_BYTES = 20 * 1024 * 1024;
const MAX_JSON_BYTES = 64 * 1024;

/** What is wrong with a call, and how it is answered. */
export class BadCall extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const Kind = z.enum(["whatsapp", "messenger", "instagram", "telegram", "slack", "sms", "email", "web", "voice"]);
const Person = z.string().min(1).max(200);
const Text = z.string().trim().min(1).max(8_000);
const Key = z.string().min(1).max(40);

const Act = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("say"),
    text: Text,
    subject: z.string().trim().max(200).optional(),
    quote: Key.optional(),
  }),
  z.strictObject({
    type: z.literal("sample"),
    kind: z.enum(["image", "voice", "document"]),
    words: z.string().trim().max(500).optional(),
  }),
  z.strictObject({ type: z.literal("tap"), key: Key, choice: z.string().min(1).max(500) }),
  z.strictObject({ type: z.literal("react"), key: Key, emoji: z.string().min(1).max(16) }),
  z.strictObject({ type: z.literal("edit"), key: Key, text: Text }),
  z.strictObject({ type: z.literal("unsend"), key: Key }),
  z.strictObject({ type: z.literal("seen") }),
  z.strictObject({ type: z.literal("owner"), text: Text }),
  z.strictObject({ type: z.literal("dial") }),
  z.strictObject({ type: z.literal("hang-up") }),
  z.strictObject({ type: z.literal("press"), digits: z.string().regex(/^[0-9*#]{1,20}$/) }),
  z.strictObject({ type: z.literal("person"), answers: z.boolean() }),
  z.strictObject({ type: z.literal("redeliver") }),
  z.strictObject({ type: z.literal("lose-next") }),
]);

export const ActCall = z.strictObject({ line: Kind, person: Person, act: Act });
export const PersonCall = z.strictObject({ line: Kind, name: z.string().trim().min(1).max(60) });
export const FileCall = z.object({ line: Kind, person: Person, name: z.string().trim().min(1).max(200) });

export async function readBytes(request: IncomingMessage, max = MAX_FILE_BYTES): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > max) throw new BadCall(413, `more than ${max} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** Only a script can send JSON under its own name, and a script of another page has to ask first. */
export async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  if (request.headers["content-type"] !== "application/json") throw new BadCall(415, "application/json is expected");
  const text = (await readBytes(request, MAX_JSON_BYTES)).toString("utf8");
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new BadCall(400, error instanceof z.ZodError ? z.prettifyError(error) : "not JSON");
  }
}

const IMAGES = /^image\/(png|jpeg|gif|webp)$/;
const SOUNDS = /^audio\//;

/** The kind by which a phone sends a file of this type. */
export const fileKindOf = (mime: string): "image" | "voice" | "video" | "document" =>
  IMAGES.test(mime) ? "image" : SOUNDS.test(mime) ? "voice" : mime.startsWith("video/") ? "video" : "document";
