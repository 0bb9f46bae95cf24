/** The least that R2 takes as a part, and with it the most of a file that is in memory. */
const PART_BYTES = 5 * 1_048_576;

/** What is stored with a file: the type that its first bytes tell, and what was known before. */
export type FileLabel = { typeOf: (bytes: Uint8Array) => string; metadata?: Record<string, string> };

/** Writes a file of unknown length: a small one at once, a larger one in parts. Nothing is visible before `finish`. */
export class PartUpload {
  readonly #bucket: R2Bucket;
  readonly #key: string;
  #chunks: Uint8Array[] = [];
  #held = 0;
  #upload: R2MultipartUpload | null = null;
  #parts: R2UploadedPart[] = [];
  #mime = "";
  readonly #label: FileLabel;

  constructor(bucket: R2Bucket, key: string, label: FileLabel) {
    this.#bucket = bucket;
    this.#key = key;
    this.#label = label;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(chunk);
    this.#held += chunk.byteLength;
    while (this.#held > PART_BYTES) await this.#part(this.#take(PART_BYTES));
  }

  /** What the bytes are. */
  async finish(): Promise<string> {
    const rest = this.#take(this.#held);
    if (this.#upload !== null) {
      await this.#part(rest);
      await this.#upload.complete(this.#parts);
      return this.#mime;
    }
    this.#mime = this.#label.typeOf(rest);
    await this.#bucket.put(this.#key, rest, this.#options());
    return this.#mime;
  }

  async abort(): Promise<void> {
    this.#chunks = [];
    await this.#upload?.abort();
  }

  async #part(bytes: Uint8Array): Promise<void> {
    if (this.#upload === null) {
      this.#mime = this.#label.typeOf(bytes);
      this.#upload = await this.#bucket.createMultipartUpload(this.#key, this.#options());
    }
    this.#parts.push(await this.#upload.uploadPart(this.#parts.length + 1, bytes));
  }

  #options(): { httpMetadata: R2HTTPMetadata; customMetadata: Record<string, string> } {
    return { httpMetadata: { contentType: this.#mime }, customMetadata: this.#label.metadata ?? {} };
  }

  #take(count: number): Uint8Array {
    const all = new Uint8Array(this.#held);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.byteLength;
    }
    this.#chunks = count < at ? [all.subarray(count)] : [];
    this.#held -= count;
    return all.subarray(0, count);
  }
}
