import type { FileView } from "../shared/protocol.ts";
import type { Upload } from "./driver.ts";

const MAX_KEPT = 200;

/** A letter of ours is shown as a page; whatever else somebody sends is a file, also if it says that it is a page. */
type Kept = { bytes: Buffer; mime: string; isLetter: boolean };

/** What was sent and received as files, for as long as the server runs. */
export class FileShelf {
  readonly #files = new Map<string, Kept>();
  #serial = 0;

  keep({ bytes, name, mime, kind }: Upload): FileView {
    const id = this.#store({ bytes, mime, isLetter: false });
    return { url: `/files/${id}`, name, mime, size: bytes.length, kind };
  }

  /** The address under which a mail is shown as it was composed. */
  keepLetter(html: string): string {
    return `/letters/${this.#store({ bytes: Buffer.from(html), mime: "text/html", isLetter: true })}`;
  }

  open(id: string): Kept | undefined {
    return this.#files.get(id);
  }

  #store(file: Kept): string {
    const id = `f${++this.#serial}`;
    this.#files.set(id, file);
    const [oldest] = this.#files.keys();
    if (this.#files.size > MAX_KEPT && oldest !== undefined) this.#files.delete(oldest);
    return id;
  }
}
