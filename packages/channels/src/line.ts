import type { Account } from "./contract.ts";

/** What a vendor says over the socket of a call, where it turns speech into text and text into speech itself. */
export type LineSetup = {
  type: "setup";
  sessionId: string;
  accountSid: string;
  callSid: string;
  from: string;
  to: string;
  direction: string;
  callStatus: string;
  callType?: string;
  callerName?: string;
  parentCallSid?: string;
  forwardedFrom?: string;
  /** What was given along when the socket was ordered. */
  parameters: Record<string, string>;
};

export type LineEvent =
  | LineSetup
  /** `last` is false while the person goes on speaking; only then is there more of the same utterance to come. */
  | { type: "prompt"; text: string; language?: string; last: boolean; duringSpeech: boolean }
  /** The person broke in: what they had heard by then, and how long we had spoken. */
  | { type: "interrupt"; heard: string; afterMs: number }
  | { type: "dtmf"; digit: string }
  /** The vendor could not use a frame of ours; the session goes on. */
  | { type: "refused"; description: string }
  /** Nothing to act on: a type that did not exist when this was written, or a frame that is none. */
  | { type: "unknown"; what: string };

export type LineAction =
  /** A piece of speech as it comes from the model; the last one of an answer says so, and may be empty. */
  | { type: "speak"; text: string; last: boolean; language?: string; interruptible?: boolean; preemptible?: boolean }
  | { type: "play"; url: string; loop?: number; interruptible?: boolean; preemptible?: boolean }
  /** Keys to press, `w` waits half a second. */
  | { type: "press"; digits: string }
  /** The language that is spoken, and the one that is listened for. */
  | { type: "switch"; speaking?: string; listening?: string }
  /** Ends the session; the vendor then asks how the call goes on, and hands `handoff` back. */
  | { type: "end"; handoff?: Record<string, unknown> };

/** What is said without a model. */
export type LineTexts = {
  /** While a tool takes its time. */
  filler: string;
  stillThere: string;
  goodbye: string;
  /** Before a person is called to the line. */
  connecting: string;
  /** When nobody there answered. */
  nobody: string;
};

export type LineSettings = {
  /** Whose calls they are: a socket of another account's call is shut. */
  vendorAccount: string;
  /** `turns`: no socket, the vendor asks after every utterance. */
  mode: "socket" | "turns";
  language: string;
  /** Further languages, and the key that chooses one. */
  languages: { code: string; key?: string | undefined }[];
  /** The vendor hears which language is spoken. */
  detectsLanguage: boolean;
  greeting: string;
  texts(language: string): LineTexts;
  /** Of the person, after we have spoken; so often it is asked whether they are there. */
  silenceMs: number;
  silences: number;
  fillerAfterMs: number;
  /** Where a person answers, and the key that asks for one. */
  person?: string;
  personKey?: string;
  /** Whether whoever speaks stops us. */
  interruptible: boolean;
  microsPerMinute: number;
};

/** Text on its way to a voice, in pieces as a model writes them. */
export type SpeechFlow = { push(markdown: string): string; end(): string };

/** A channel that carries calls: its words in both directions, and how an account wants to be heard. */
export type Line<C = unknown, S = unknown> = {
  settings(account: Account<C, S>): LineSettings;
  read(data: string): LineEvent;
  write(action: LineAction): string;
  speech(language: string): SpeechFlow;
};
