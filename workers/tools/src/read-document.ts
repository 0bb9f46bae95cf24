import type { DocumentReading, ForTenant } from "@charla/domain/rpc";
import { DEFAULT_LIMITS, type Limits, Unreadable } from "@charla/documents/document";
import { documentText } from "@charla/documents/read";

/** The reader needs the whole file in memory, several times over for a PDF. */
const MAX_BYTES = 20 * 1_048_576;
const WHOLE: Limits = { maxChars: 1_500_000, maxPages: 1500, maxRows: 20_000 };

export async function readDocument(
  files: R2Bucket,
  { tenantId, key, whole }: ForTenant<{ key: string; whole?: boolean }>,
): Promise<DocumentReading> {
  const stored = key.startsWith(`${tenantId}/`) ? await files.get(key) : null;
  if (stored === null) return { status: "unreadable", reason: "missing" };
  if (stored.size > MAX_BYTES) {
    await stored.body.cancel();
    return { status: "unreadable", reason: "too_large" };
  }
  const bytes = new Uint8Array(await stored.arrayBuffer());
  const limits = whole === true ? WHOLE : DEFAULT_LIMITS;
  try {
    return {
      status: "read",
      ...(await documentText(bytes, limits, whole === true ? stored.httpMetadata?.contentType : undefined)),
    };
  } catch (error) {
    if (error instanceof Unreadable) return { status: "unreadable", reason: error.reason };
    throw error;
  }
}
