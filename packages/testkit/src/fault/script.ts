import { type Script, callTools, say } from "../model/behaviour.ts";
import type { ChatCall } from "../model/call.ts";
import type { ToolPath } from "../tool/server.ts";
import type { Gate } from "./gate.ts";
import type { Random } from "./random.ts";

export type Wish = ToolPath | "plain";
export const WISHES = ["plain", "read", "keyed", "unsafe"] as const;

/** The words with which a person asks for a tool; the scripted model understands exactly these. */
export function wishText(wish: Wish, fragment = false): string {
  const words = wish === "plain" ? "qué tal" : `usas ${wish}`;
  return fragment ? words : `¿${words}?`;
}
const WISH = /\b(m:[a-z0-9]+-\d+) ¿?usas (read|keyed|unsafe)\b/g;

/** Tool names by the path of the outside that they act on. */
export const TOOL_NAMES: Record<ToolPath, string> = { read: "look_up", keyed: "book", unsafe: "pay" };

/**
 * Does what each unanswered message asks for exactly once, as far as the history tells, then names them all. Asking for
 * a tool again although the history shows its result would be the fault of this script, not of the system.
 */
export function obliging(random: Random, delays: { lowMs: number; highMs: number }, gate: Gate): Script {
  return async (call) => {
    const delayMs = random.between(delays.lowMs, delays.highMs);
    if (isSummary(call)) return say("resumen", { delayMs });
    const wishes = openWishes(call);
    if (wishes.length > 0)
      return { ...callTools(...wishes.map(({ name, ref }) => ({ name, args: { ref } }))), delayMs };
    await gate.pass();
    return say(`re: ${call.unanswered().join(" ")} (seen ${call.userMarks().length})`, { delayMs });
  };
}

const isSummary = (call: ChatCall): boolean =>
  call.messages.some((message) => message.role === "system" && message.text.startsWith("Summarise"));

/** Answers with which the system says that a call was never run, so that it may be asked for again. */
const NOT_RUN = /"(SUPERSEDED|NOT_RUN)"/;

function openWishes(call: ChatCall): { name: string; ref: string }[] {
  const unanswered = new Set(call.unanswered());
  const results = new Map(call.messages.map((message) => [message.callId, message.text]));
  const ran = call.callsInHistory().filter(({ id }) => !NOT_RUN.test(results.get(id) ?? ""));
  const wishes: { name: string; ref: string }[] = [];
  for (const { role, text } of call.messages) {
    if (role !== "user") continue;
    for (const [, ref = "", path] of text.matchAll(WISH)) {
      if (path !== "read" && path !== "keyed" && path !== "unsafe") continue;
      const name = TOOL_NAMES[path];
      if (unanswered.has(ref) && !ran.some((past) => past.name === name && past.args.includes(`"${ref}"`)))
        wishes.push({ name, ref });
    }
  }
  return wishes;
}

/** The script of everybody, and for a while another one for a single conversation. */
export class Scripts {
  readonly #own = new Map<string, Script>();
  everybody: Script;

  constructor(everybody: Script) {
    this.everybody = everybody;
  }

  readonly script: Script = (call) => (this.#own.get(call.conversation() ?? "") ?? this.everybody)(call);

  answer(conversation: string, script: Script): () => void {
    this.#own.set(conversation, script);
    return () => this.#own.delete(conversation);
  }
}
