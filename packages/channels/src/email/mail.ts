/** One mail, whichever way it came. */
export type Mail = {
  /** What the vendor calls it; names the mail where its own Message-ID is missing or unusable. */
  vendorId: string;
  from: Mailbox | undefined;
  /** Everybody it is for, the envelope's recipient first. */
  recipients: string[];
  envelopeFrom?: string;
  subject: string;
  /** `undefined` where only the head is known. */
  text: string | undefined;
  html: string | undefined;
  headers: MailHeaders;
  files: MailFile[];
  /** The machine-readable parts of a delivery report. */
  report?: string[];
};

export type Mailbox = { address: string; name?: string };

export type MailFile = {
  /** What its bytes are found by later; `inline:` ones are in the request itself. */
  ref: string;
  mime: string;
  name?: string;
  size?: number;
  /** Shown inside the text, as logos are. */
  inline: boolean;
};

/** By lower-case name; of several with one name the top-most comes first. */
export class MailHeaders {
  readonly #values = new Map<string, string[]>();

  constructor(entries: Iterable<readonly [string, string]>) {
    for (const [name, value] of entries) {
      const key = name.toLowerCase();
      const known = this.#values.get(key);
      if (known === undefined) this.#values.set(key, [value.trim()]);
      else known.push(value.trim());
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }
}

const MAX_ID = 256;
const MESSAGE_ID = /<[\x21-\x3b\x3d\x3f-\x7e]+>/g;

/** Message ids with their angle brackets, in the order of the header. */
export const idsIn = (header: string | undefined): string[] =>
  (header ?? "")
    .slice(0, 32_768)
    .match(MESSAGE_ID)
    ?.filter((id) => id.length <= MAX_ID) ?? [];

export const messageIdOf = ({ headers }: Mail): string | undefined => idsIn(headers.get("message-id"))[0];

/** The mails before it, oldest first; the one it answers is the last. */
export function ancestorsOf({ headers }: Mail): string[] {
  const references = idsIn(headers.get("references"));
  const [parent] = idsIn(headers.get("in-reply-to"));
  return parent === undefined || references.includes(parent) ? references : [...references, parent];
}
