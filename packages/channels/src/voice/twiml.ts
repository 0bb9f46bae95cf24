import { type Attributes, type Element, element, xmlOf } from "./xml.ts";

/** What a call is told to do next: https://www.twilio.com/docs/voice/twiml. */
export const twiml = (...verbs: Element[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${xmlOf(element("Response", {}, ...verbs))}`;

export const twimlResponse = (...verbs: Element[]): Response =>
  new Response(twiml(...verbs), { headers: { "content-type": "text/xml; charset=utf-8" } });

export const say = (text: string, voice: { language: string; voice?: string }): Element => element("Say", voice, text);
export const pause = (seconds: number): Element => element("Pause", { length: seconds });
export const redirect = (url: string): Element => element("Redirect", { method: "POST" }, url);
export const hangup = (): Element => element("Hangup");
export const reject = (reason: "busy" | "rejected"): Element => element("Reject", { reason });

export type Gathering = { action: string; language: string; hints?: string; numDigits?: number };

/** Listens once, by ear and by key; silence is told as well, so that somebody who says nothing is asked again. */
export const gather = ({ action, language, hints, numDigits }: Gathering, prompt: Element): Element =>
  element(
    "Gather",
    {
      input: "speech dtmf",
      action,
      method: "POST",
      speechTimeout: "auto",
      language,
      hints,
      numDigits,
      actionOnEmptyResult: true,
      bargeIn: true,
    },
    prompt,
  );

/** Hands the caller to a person. `action` hears how that went. */
export const dial = (number: string, how: { action?: string; callerId?: string; timeout?: number } = {}): Element =>
  element("Dial", { ...how, ...(how.action !== undefined && { method: "POST" }) }, element("Number", {}, number));

type Voice = { ttsProvider?: string; voice?: string; transcriptionProvider?: string; speechModel?: string };
export type RelayLanguage = Voice & { code: string };
type Interruption = "none" | "dtmf" | "speech" | "any";

export type Relay = Voice & {
  /** Of the socket; signed by Twilio under this very name. */
  url: string;
  /** Hears of the end, whoever ended it. */
  action: string;
  language: string;
  /** Where it is not the one that is spoken. */
  transcriptionLanguage?: string;
  welcomeGreeting?: string;
  welcomeGreetingInterruptible?: Interruption;
  interruptible?: Interruption;
  interruptSensitivity?: "low" | "medium" | "high";
  dtmfDetection?: boolean;
  preemptible?: boolean;
  partialPrompts?: boolean;
  reportInputDuringAgentSpeech?: boolean;
  profanityFilter?: boolean;
  hints?: string;
  languages?: RelayLanguage[];
  /** Come back in the `setup` frame. */
  parameters?: Record<string, string>;
};

/** Speech is turned into text and back at Twilio; between them is our socket. */
export function connectRelay({ action, languages = [], parameters = {}, ...relay }: Relay): Element {
  const inside = [
    ...languages.map((language) => element("Language", { ...language })),
    ...Object.entries(parameters).map(([name, value]) => element("Parameter", { name, value })),
  ];
  const attributes: Attributes = relay;
  return element("Connect", { action, method: "POST" }, element("ConversationRelay", attributes, ...inside));
}
