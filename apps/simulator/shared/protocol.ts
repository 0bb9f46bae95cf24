/** What the page and its server tell each other. */
export type LineKind =
  | "whatsapp"
  | "messenger"
  | "instagram"
  | "telegram"
  | "slack"
  | "sms"
  | "email"
  | "web"
  | "voice";

export type Mark = "bold" | "italic" | "strike" | "code";
export type Span = { text: string; marks?: Mark[]; href?: string };

export type Choice = { id: string; title: string };
/** How choices are shown: under the message, at the foot of the chat, or behind a button that opens a list. */
export type Choices = { look: "buttons" | "chips" | "list"; label?: string; items: Choice[] };

export type FileKind = "image" | "voice" | "document" | "video";
export type FileView = { url: string; name: string; mime: string; size: number; kind: FileKind };

/** `lost`: what the phone told about it went astray, so the business does not know. */
export type Tick = "pending" | "sent" | "delivered" | "read" | "failed" | "lost";
export type Report = "sent" | "delivered" | "read";

export type Bubble = {
  key: string;
  /** The vendor's id, once there is one. */
  id?: string;
  at: number;
  from: "contact" | "business" | "owner";
  text: Span[];
  /** Mail: what stands above the text, and where the letter is as it was composed. */
  subject?: string;
  letter?: string;
  files: FileView[];
  choices?: Choices;
  chosen?: string;
  quote?: string;
  reaction?: string;
  edited?: boolean;
  deleted?: boolean;
  tick?: Tick;
};

export type Person = { id: string; name: string; address: string };
/** `dialling`: the business is calling a person to put the caller through. */
export type CallState = "waiting" | "talking" | "dialling" | "over";
export type Chat = { line: LineKind; person: string; bubbles: Bubble[]; typingUntil: number; call?: CallState };

/** What the phone of a channel can do; the page offers nothing else. */
export type Ability =
  | "files"
  | "react"
  | "edit"
  | "unsend"
  | "quote"
  | "owner"
  | "reports"
  | "subject"
  | "redeliver"
  | "calls";

export type Line = {
  kind: LineKind;
  label: string;
  business: { name: string; address: string };
  abilities: Ability[];
  people: Person[];
  /** The next status callback will go astray. */
  losing: boolean;
  /** Why one cannot write here, where one cannot. */
  problem?: string;
};

/** One request on its way: `in` is what reaches Charla, `out` what Charla asks of the vendor. */
export type WireEntry = {
  id: number;
  at: number;
  line: LineKind;
  way: "in" | "out" | "lost";
  method: string;
  path: string;
  /** The words of it that tell requests apart. */
  gist: string;
  status: number;
  request: string;
  response: string;
};

export type State = { lines: Line[]; chats: Chat[]; wire: WireEntry[]; gateway: string };
export type Update =
  | { type: "state"; state: State }
  | { type: "line"; line: Line }
  | { type: "chat"; chat: Chat }
  | { type: "wire"; entry: WireEntry };

export type Act =
  | { type: "say"; text: string; subject?: string; quote?: string }
  | { type: "sample"; kind: "image" | "voice" | "document"; words?: string }
  | { type: "tap"; key: string; choice: string }
  | { type: "react"; key: string; emoji: string }
  | { type: "edit"; key: string; text: string }
  | { type: "unsend"; key: string }
  | { type: "seen" }
  | { type: "owner"; text: string }
  | { type: "dial" }
  | { type: "hang-up" }
  | { type: "press"; digits: string }
  | { type: "person"; answers: boolean }
  | { type: "redeliver" }
  | { type: "lose-next" };
