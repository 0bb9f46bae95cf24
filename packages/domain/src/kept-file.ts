/**
 * Files that were stored when their message was taken, because nobody could have fetched them later. The store is read by
 * whoever takes files in; the vendor is not asked. What nobody takes, as after a repeated delivery, expires by the first
 * part of its key.
 */
const PREFIX = "r2:";
const FOLDER = "inbound";

export const keptKey = (tenantId: string, channelId: string, name: string): string =>
  `${FOLDER}/${tenantId}/${channelId}/${name}`;

export const keptRef = (key: string): string => PREFIX + key;

/** Where the bytes are; `null` for what a vendor has, and for what is another tenant's. */
export function keptKeyOf(ref: string, tenantId: string): string | null {
  if (!ref.startsWith(PREFIX)) return null;
  const key = ref.slice(PREFIX.length);
  return key.startsWith(`${FOLDER}/${tenantId}/`) ? key : null;
}

/** Everything of a conversation that is a file, whoever it came from; erasing it erases this folder. */
export const conversationFolder = (tenantId: string, conversationId: string): string =>
  `${tenantId}/media/${conversationId}/`;

export const receivedKey = (folder: string, messageId: string, n: number): string => `${folder}${messageId}/${n}`;

export const sentKey = (folder: string, fileId: string): string => `${folder}out/${fileId}`;
