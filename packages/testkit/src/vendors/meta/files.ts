import { createHash } from "node:crypto";

import type { Exchange } from "../../stand-in.ts";
import { GraphRefusal, refuse } from "./graph-error.ts";
import type { Answer } from "./routes.ts";
import type { MetaStandIn } from "./server.ts";
import type { StoredFile } from "./world.ts";

const ADDRESS_MS = 5 * 60_000;

/** The address of a file, made anew each time and good for five minutes. */
export function readFile(meta: MetaStandIn, id: string): unknown {
  const file = meta.world.files.get(id);
  if (file === undefined) return refuse(400, 100, "(#100) Invalid media id");
  file.urlUntil = meta.now() + ADDRESS_MS;
  return {
    messaging_product: "whatsapp",
    url: `${meta.url}/files/${id}`,
    mime_type: file.mime,
    sha256: createHash("sha256").update(file.bytes).digest("hex"),
    file_size: file.bytes.length,
    id,
  };
}

export async function openAddress(meta: MetaStandIn, id: string, token: string): Promise<Answer> {
  const file = meta.world.files.get(id);
  if (file === undefined || meta.now() > file.urlUntil) throw new GraphRefusal({ status: 404, code: 100 });
  const isOwner = [...meta.world.numbers.values()].some((number) => number.token === token);
  if (!isOwner) throw new GraphRefusal({ status: 401, code: 190 });
  return asAnswer(file);
}

/** The address alone is the permission. */
export function openShared(meta: MetaStandIn, id: string): Answer {
  const file = meta.world.files.get(id);
  if (file === undefined) throw new GraphRefusal({ status: 404, code: 100 });
  return asAnswer(file);
}

const asAnswer = ({ bytes, mime }: StoredFile): Answer => ({
  body: bytes,
  headers: { "content-type": mime },
  sent: null,
  subject: "",
  reception: {},
});

/** An upload: the form is read as any server reads it. */
export async function storeFile(meta: MetaStandIn, exchange: Exchange): Promise<unknown> {
  const type = exchange.headers.get("content-type") ?? "";
  const form = await new Response(new Uint8Array(exchange.bytes), { headers: { "content-type": type } }).formData();
  const file = form.get("file");
  const mime = form.get("type");
  if (form.get("messaging_product") !== "whatsapp" || !(file instanceof File) || typeof mime !== "string") {
    meta.world.problem("an upload without messaging_product, type or file");
    return refuse(400, 100, "(#100) Invalid parameter");
  }
  return { id: meta.addFile(Buffer.from(await file.arrayBuffer()), mime).id };
}
