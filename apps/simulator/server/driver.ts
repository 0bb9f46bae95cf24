import type { CallState, Choices, FileKind, LineKind, Report, Span } from "../shared/protocol.ts";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What is asked of the API so that the demo tenant has this channel. */
export type ChannelWish = {
  kind: string;
  name: string;
  config: Record<string, Json>;
  secrets: Record<string, Json>;
};

/** How the people of a channel are known to it. */
export type Contact = { id: string; name: string; address: string };

export type Arrived = {
  id: string;
  text: Span[];
  subject?: string;
  /** HTML of a mail. */
  html?: string;
  choices?: Choices;
  files?: Upload[];
};
export type Upload = { bytes: Buffer; name: string; mime: string; kind: FileKind };

/** What a driver tells of what its vendor was asked to do. */
export type Sink = {
  arrived: (contact: string, message: Arrived) => void;
  typing: (contact: string) => void;
  /** What becomes of a call. */
  call: (contact: string, state: CallState) => void;
  /** The business has read what the person wrote, up to this message or all of it. */
  read: (contact: string, id?: string) => void;
};

export type Words = { text: string; subject?: string; quote?: string };

/** The phones of one channel and the vendor between them and us. What a phone cannot do is not there. */
export type Driver = {
  kind: LineKind;
  label: string;
  business: { name: string; address: string };
  channel: ChannelWish;
  /** What the owner of the shop does at the vendor's after the channel was connected. */
  attach?: (webhookUrl: string, channelId: string) => Promise<void>;
  newContact: (name: string) => Contact;
  /** Each of these resolves with the vendor's id once the webhook has taken it. */
  say: (contact: string, words: Words) => Promise<string>;
  sendFile?: (contact: string, file: Upload) => Promise<string>;
  tap?: (contact: string, id: string, choice: { id: string; title: string }) => Promise<string>;
  react?: (contact: string, id: string, emoji: string) => Promise<void>;
  edit?: (contact: string, id: string, text: string) => Promise<void>;
  unsend?: (contact: string, id: string) => Promise<void>;
  quotes?: true;
  subjects?: true;
  /** Somebody of the shop answers without us. */
  ownerSays?: (contact: string, text: string) => Promise<void>;
  reports: readonly Report[];
  report?: (contact: string, id: string, state: Report) => Promise<void>;
  /** A telephone: words are only said while a call goes on. */
  dial?: (contact: string) => Promise<void>;
  hangUp?: (contact: string) => Promise<void>;
  press?: (contact: string, digits: string) => Promise<void>;
  person?: (contact: string, answers: boolean) => Promise<void>;
  /** The last webhook of this person once more; the status it was answered with. */
  redeliver?: (contact: string) => Promise<number>;
};

/** Looks up what must be there. */
export function mustHave<T>(map: ReadonlyMap<string, T>, key: string): T {
  const found = map.get(key);
  if (found === undefined) throw new Error(`there is no ${key}`);
  return found;
}
