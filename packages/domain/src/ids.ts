/** Prefixed, sortable ids: `<prefix>_` and 26 Crockford base-32 characters (48 bits of time, 80 random bits), as in ULID. */
const PREFIX = {
  tenant: "ten",
  agent: "agt",
  release: "rel",
  canary: "cny",
  channel: "chn",
  contact: "con",
  conversation: "cnv",
  message: "msg",
  file: "fil",
  knowledgeBase: "kb",
  document: "doc",
  turn: "trn",
  apiKey: "key",
  database: "db",
  deadLetter: "ded",
  alert: "alr",
  provider: "prv",
  visitor: "vis",
  event: "evt",
  request: "req",
  tracking: "trk",
} as const;

export type IdKind = keyof typeof PREFIX;
export type Id<K extends IdKind> = `${(typeof PREFIX)[K]}_${string}`;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
/** A conversation's id is the id of its Durable Object, so that it is found without any look-up. */
const CONVERSATION_ID = /^cnv_[0-9a-f]{64}$/;
const ULID_ID = /^[a-z]{2,3}_[0-9a-hjkmnp-tv-z]{26}$/;

export function newId<K extends IdKind>(kind: K, now: number = Date.now()): Id<K> {
  let time = "";
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET.charAt(rest % 32) + time;
  let random = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) random += ALPHABET.charAt(byte & 31);
  return `${PREFIX[kind]}_${time}${random}` as Id<K>;
}

export function isId<K extends IdKind>(kind: K, value: unknown): value is Id<K> {
  if (typeof value !== "string" || !value.startsWith(`${PREFIX[kind]}_`)) return false;
  return kind === "conversation" ? CONVERSATION_ID.test(value) : ULID_ID.test(value);
}

export function conversationIdOf(objectId: string): Id<"conversation"> {
  return `cnv_${objectId}`;
}

export function objectIdOf(conversation: Id<"conversation">): string {
  return conversation.slice("cnv_".length);
}
