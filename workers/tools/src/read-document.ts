import type { DocumentReading, ForTenant } from "@charla/domain/rpc";
import { Unreadable } from "@charla/documents/document";
import { documentText } from "@charla/documents/read";

/** The reader needs the whole file in memory, several times over for a PDF. */
const MAX_BYTES = 20 * 1_048_576;

export async function readDocument(
  files: R2Bucket,
  { tenantId, key }: ForTenant<{ key: string }>,
): Promise<DocumentReading> {
  const stored = key.startsWith(`${tenantId}/`) ? await files.get(key) : null;
  if (stored === null) return { status: "unreadable", reason: "missing" };
  if (stored.size > MAX_BYTES) {
    await stored.body.cancel();
    return { status: "unreadable", reason: "too_large" };
  }
  try {
    return { status: "read", ...(await documentText(new Uint8Array(await stored.arrayBuffer()))) };
  } catch (error) {
    if (error instanceof Unreadable) return { status: "unreadable", reason: error.reason };
    throw error;
  }
}
