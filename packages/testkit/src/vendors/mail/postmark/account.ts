import { randomBytes, randomUUID } from "node:crypto";

import type { Letter } from "../letter.ts";
import type { Draft } from "../mailbox.ts";

export type EventHook = {
  ID: number;
  Url: string;
  MessageStream: string;
  HttpAuth: { Username: string; Password: string };
  Triggers: Record<string, { Enabled: boolean }>;
};

/** One server of a customer of Postmark's. */
export class PostmarkAccount {
  readonly token: string = randomUUID();
  readonly inboundAddress = `${randomBytes(16).toString("hex")}@inbound.postmarkapp.com`;
  readonly senders: string[];
  readonly hooks: EventHook[] = [];
  readonly inactive = new Set<string>();
  inboundHookUrl = "";
  inboundDomain = "";
  /** Where webhooks are really served, where that is not the name they were set up under. */
  through: string | undefined;
  #last: Record<string, unknown> | undefined;

  constructor(...senders: string[]) {
    this.senders = senders;
  }

  maySend(from: string): boolean {
    return this.senders.some((sender) => from === sender || from.endsWith(`@${sender}`));
  }

  /** Somebody's mail, files and all, in one request. */
  receive(draft: Draft): Promise<number> {
    this.#last = inboundOf(draft);
    return this.redeliver();
  }

  /** The last mail once more, as after an answer that was lost. */
  redeliver(): Promise<number> {
    const url = new URL(this.inboundHookUrl);
    const login = { Username: decodeURIComponent(url.username), Password: decodeURIComponent(url.password) };
    return this.#post(url, login, this.#last ?? {});
  }

  async report(letter: Letter, record: string, more: Record<string, unknown> = {}): Promise<number[]> {
    const body = { RecordType: record, MessageID: letter.id, Metadata: letter.tags, ServerID: 1, Tag: "", ...more };
    const hooks = this.hooks.filter(({ Triggers }) => Triggers[record]?.Enabled === true);
    return Promise.all(hooks.map(({ Url, HttpAuth }) => this.#post(new URL(Url), HttpAuth, body)));
  }

  async #post(url: URL, { Username, Password }: EventHook["HttpAuth"], body: unknown): Promise<number> {
    const response = await fetch((this.through ?? url.origin) + url.pathname + url.search, {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        authorization: `Basic ${Buffer.from(`${Username}:${Password}`).toString("base64")}`,
      },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  }
}

function inboundOf(draft: Draft): Record<string, unknown> {
  const to = draft.to.map((Email) => ({ Email, Name: "", MailboxHash: /\+([^@]*)@/.exec(Email)?.[1] ?? "" }));
  return {
    FromName: draft.name,
    MessageStream: "inbound",
    From: draft.from,
    FromFull: { Email: draft.from, Name: draft.name, MailboxHash: "" },
    To: draft.to.join(", "),
    ToFull: to,
    Cc: "",
    CcFull: [],
    Bcc: "",
    BccFull: [],
    OriginalRecipient: draft.to[0],
    Subject: draft.subject,
    MessageID: randomUUID(),
    ReplyTo: "",
    MailboxHash: to[0]?.MailboxHash ?? "",
    Date: draft.date.toUTCString(),
    TextBody: draft.text,
    HtmlBody: draft.html ?? "",
    StrippedTextReply: "",
    Tag: "",
    Headers: Object.entries({ "Message-ID": draft.messageId, ...draft.headers }).map(([Name, Value]) => ({
      Name,
      Value,
    })),
    Attachments: draft.files.map(({ name, mime, bytes }) => ({
      Name: name,
      Content: bytes.toString("base64"),
      ContentType: mime,
      ContentLength: bytes.length,
      ContentID: "",
    })),
  };
}
