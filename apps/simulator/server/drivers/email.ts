import type { Letter } from "@charla/testkit/vendors/mail/letter";
import { type Draft, Mailbox } from "@charla/testkit/vendors/mail/mailbox";
import { ResendServer } from "@charla/testkit/vendors/mail/resend/server";
import { ResendTeam } from "@charla/testkit/vendors/mail/resend/team";
import { type Posted, receive, redeliver, report } from "@charla/testkit/vendors/mail/resend/webhooks";
import type { Report } from "../../shared/protocol.ts";
import {
  type ChannelWish,
  type Contact,
  type Driver,
  mustHave,
  type Sink,
  type Upload,
  type Words,
} from "../driver.ts";
import { freshDigits } from "../fresh-id.ts";
import { plainText } from "../text/marked-text.ts";
import type { Watch } from "../wire.ts";

const DOMAIN = "lacadena.example";
const ADDRESS = `hola@${DOMAIN}`;

export async function startEmail(
  sink: Sink,
  watch: Watch,
): Promise<{ driver: EmailDriver; close: () => Promise<void> }> {
  const server = await ResendServer.start({
    served: (exchange) => {
      watch.served("email", exchange);
      driver.collect();
    },
  });
  const team = server.admit(new ResendTeam());
  team.addDomain(DOMAIN);
  team.send = watch.send;
  const driver = new EmailDriver(server, team, sink);
  return { driver, close: () => server.close() };
}

export class EmailDriver implements Driver {
  readonly kind = "email";
  readonly label = "E-mail";
  readonly business = { name: "La Cadena", address: ADDRESS };
  readonly channel: ChannelWish;
  readonly subjects = true;
  readonly reports = ["sent", "delivered"] as const;
  readonly #server: ResendServer;
  readonly #team: ResendTeam;
  readonly #sink: Sink;
  readonly #boxes = new Map<string, Mailbox>();
  readonly #letters = new Map<string, Letter>();
  readonly #last = new Map<string, Posted>();
  #seen = 0;

  constructor(server: ResendServer, team: ResendTeam, sink: Sink) {
    this.#server = server;
    this.#team = team;
    this.#sink = sink;
    this.channel = {
      kind: "email",
      name: "E-mail (simulador)",
      config: { provider: { name: "resend", apiUrl: server.url }, address: ADDRESS, name: "La Cadena" },
      secrets: { apiKey: team.key },
    };
  }

  newContact(name: string): Contact {
    const local =
      name
        .normalize("NFD")
        .replaceAll(/[^A-Za-z]+/g, "")
        .toLowerCase() || "persona";
    const id = `${local}${freshDigits(6)}@correo.example`;
    this.#boxes.set(id, new Mailbox(name, id));
    return { id, name, address: id };
  }

  /** With a subject it is a new letter, without one the answer to the last. */
  say(contact: string, { text, subject }: Words): Promise<string> {
    const box = mustHave(this.#boxes, contact);
    const last = this.#server.lettersTo(contact).at(-1);
    if (subject !== undefined || last === undefined)
      return this.#mail(contact, box.write(ADDRESS, { text, ...(subject && { subject }) }));
    return this.#mail(contact, box.answer(last, text));
  }

  sendFile(contact: string, { bytes, name, mime }: Upload): Promise<string> {
    const files = [{ bytes, name, mime }];
    const box = mustHave(this.#boxes, contact);
    const last = this.#server.lettersTo(contact).at(-1);
    const draft =
      last === undefined ? box.write(ADDRESS, { text: "", subject: name, files }) : box.answer(last, "", { files });
    return this.#mail(contact, draft);
  }

  async report(_: string, id: string, state: Report): Promise<void> {
    await report(this.#team, mustHave(this.#letters, id), `email.${state}`);
  }

  async redeliver(contact: string): Promise<number> {
    return (await redeliver(this.#team, mustHave(this.#last, contact))).status;
  }

  collect(): void {
    for (const letter of this.#server.letters.slice(this.#seen)) {
      this.#letters.set(letter.id, letter);
      const { id, to, subject, text, html, files } = letter;
      if (!this.#boxes.has(to)) continue;
      const uploads = files.map(
        (file) => ({ ...file, kind: file.mime.startsWith("image/") ? "image" : "document" }) as const,
      );
      this.#sink.arrived(to, { id, subject, text: plainText(text), html, files: uploads });
    }
    this.#seen = this.#server.letters.length;
  }

  async #mail(contact: string, draft: Draft): Promise<string> {
    const [posted] = await receive(this.#team, draft);
    if (posted === undefined) throw new Error("no webhook is set");
    this.#last.set(contact, posted);
    if (posted.status >= 300) throw new Error(`the webhook was answered ${posted.status}`);
    return draft.messageId;
  }
}
