import { wellFormed } from "../clean-text.ts";

/** What is said to Twilio over a ConversationRelay socket. */
export type RelayAction =
  /** A piece of speech as it comes from the model; the last one of an answer says so, and may be empty. */
  | { type: "speak"; text: string; last: boolean; language?: string; interruptible?: boolean; preemptible?: boolean }
  | { type: "play"; url: string; loop?: number; interruptible?: boolean; preemptible?: boolean }
  /** Keys to press, `w` waits half a second. */
  | { type: "press"; digits: string }
  /** The language that is spoken, and the one that is listened for. */
  | { type: "switch"; speaking?: string; listening?: string }
  /** Ends the session; the call goes on where the address in `action` says, and hears `handoff` there. */
  | { type: "end"; handoff?: Record<string, unknown> };

export const writeRelayFrame = (action: RelayAction): string => JSON.stringify(frameOf(action));

function frameOf(action: RelayAction): Record<string, unknown> {
  switch (action.type) {
    case "speak": {
      const { text, last, language: lang, interruptible, preemptible } = action;
      return { type: "text", token: wellFormed(text), last, lang, interruptible, preemptible };
    }
    case "play": {
      const { url: source, loop, preemptible, interruptible } = action;
      return { type: "play", source, loop, preemptible, interruptible };
    }
    case "press":
      return { type: "sendDigits", digits: action.digits.replaceAll(/[^0-9*#w]/g, "") };
    case "switch":
      return { type: "language", ttsLanguage: action.speaking, transcriptionLanguage: action.listening };
    case "end":
      return { type: "end", ...(action.handoff && { handoffData: JSON.stringify(action.handoff) }) };
  }
}
