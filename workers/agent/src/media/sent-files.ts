import type { OutMedia } from "@charla/channels/contract";
import type { OutFile } from "@charla/domain/inbound";
import { conversationFolder, sentKey } from "@charla/domain/kept-file";
import type { OutBody } from "@charla/domain/log";
import { LINK_MS, linkName } from "@charla/services/files/link";
import type { Core } from "../conversation/core.ts";

/** Files as their channel is told of them. The links are the same on every try: to a receiver it is the same message. */
export function linkedFiles(core: Core, { createdAt }: OutBody, files: readonly OutFile[]): Promise<OutMedia[]> {
  return Promise.all(
    files.map(async (file) => {
      const named = { key: keyOf(core, file), name: linkName(file.name ?? file.type) };
      return { ...file, url: await core.deps.fileUrl(named, createdAt + LINK_MS) };
    }),
  );
}

export async function readSentFile(core: Core, file: OutFile): Promise<Uint8Array<ArrayBuffer> | null> {
  const object = await core.deps.files.get(keyOf(core, file));
  return object === null ? null : new Uint8Array(await object.arrayBuffer());
}

const keyOf = ({ key, head }: Core, { ref }: OutFile): string =>
  sentKey(conversationFolder(key.tenantId, head.id), ref);
