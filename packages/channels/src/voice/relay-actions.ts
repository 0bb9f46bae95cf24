import { wellFormed } from "../clean-text.ts";
import type { LineAction } from "../line.ts";

/** What is said to Twilio over a ConversationRelay socket. */
export const writeRelayFrame = (action: LineAction): string => JSON.stringify(frameOf(action));

function frameOf(action: LineAction): Record<string, unknown> {
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
