import type { Exchange } from "../../stand-in.ts";

/** A file that came with the request, in place of an address or a file's id. */
export class Upload {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Buffer;

  constructor(name: string, mime: string, bytes: Buffer) {
    this.name = name;
    this.mime = mime;
    this.bytes = bytes;
  }

  toJSON(): string {
    return this.name;
  }
}

/** What the Bot API takes as JSON inside of a form; everything else is text or a number. */
const NESTED = new Set(["reply_markup", "reply_parameters", "link_preview_options"]);
const NUMBERS = new Set(["chat_id", "message_thread_id"]);

export const isForm = (type: string): boolean => type.startsWith("multipart/form-data");

/** https://core.telegram.org/bots/api#making-requests */
export async function formOf({ bytes }: Pick<Exchange, "bytes">, type: string): Promise<Record<string, unknown>> {
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  const params: Record<string, unknown> = {};
  for (const [name, value] of form) {
    if (typeof value !== "string")
      params[name] = new Upload(value.name, value.type, Buffer.from(await value.arrayBuffer()));
    else if (NESTED.has(name)) params[name] = JSON.parse(value);
    else params[name] = NUMBERS.has(name) && /^-?\d+$/.test(value) ? Number(value) : value;
  }
  return params;
}
