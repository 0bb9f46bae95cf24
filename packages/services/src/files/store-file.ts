import { hexOf } from "@charla/domain/hex";
import { type FileLabel, PartUpload } from "./part-upload.ts";

export const MAX_FILE_BYTES = 20 * 1_048_576;

export type StoredFile = { mime: string; size: number; sha256: string };

/** Null when there are more bytes than may be stored; then nothing is. */
export async function storeFile(
  bucket: R2Bucket,
  key: string,
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  label: FileLabel,
): Promise<StoredFile | null> {
  const upload = new PartUpload(bucket, key, label);
  const digest = new crypto.DigestStream("SHA-256");
  const hashing = digest.getWriter();
  const reader = body.getReader();
  const stop = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) break;
      size += value.byteLength;
      if (size > MAX_FILE_BYTES) {
        stop();
        await upload.abort();
        return null;
      }
      await hashing.write(value);
      await upload.write(value);
    }
    await hashing.close();
    return { mime: await upload.finish(), size, sha256: hexOf(await digest.digest) };
  } catch (error) {
    await upload.abort();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
