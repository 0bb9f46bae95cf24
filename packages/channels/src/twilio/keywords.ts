import { optWord } from "../opt-words.ts";
import { isWhatsApp } from "./address.ts";

export type Keyword = { meaning: "stop" | "start" | "help"; answered: boolean };

/** What Twilio acts on by itself for SMS: it answers, and refuses further messages with error 21610. */
const SMS_STOP = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]);
const SMS_START = new Set(["START", "YES", "UNSTOP"]);
const DECIDED: Record<string, Keyword["meaning"]> = { STOP: "stop", START: "start", HELP: "help" };

/** `OptOutType` is Twilio's own verdict (Advanced Opt-Out), in whatever language the account has configured. */
export function keywordOf(from: string, text: string, optOutType: string | null): Keyword | null {
  const decided = DECIDED[optOutType?.toUpperCase() ?? ""];
  if (decided !== undefined) return { meaning: decided, answered: true };
  const asked = optWord(text);
  const own: Keyword | null =
    asked === undefined ? null : { meaning: asked === "opt_out" ? "stop" : "start", answered: false };
  if (isWhatsApp(from)) return own;
  const word = text.trim().toUpperCase();
  if (SMS_STOP.has(word)) return { meaning: "stop", answered: true };
  // Somebody who never stopped may just say yes, and Twilio then says nothing.
  if (SMS_START.has(word)) return { meaning: "start", answered: false };
  // Words of other languages Twilio knows only where the account has taught it.
  return own;
}
