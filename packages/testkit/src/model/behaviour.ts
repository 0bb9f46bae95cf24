import type { ChatCall } from "./call.ts";

export type ScriptedCall = { name: string; args: unknown; id?: string };

/** What the model server does with one request. Absent fields mean: at once, whole and well. */
export type Behaviour = {
  text?: string;
  calls?: ScriptedCall[];
  finish?: string;
  /** Wait before anything is answered. */
  delayMs?: number;
  /** How a streamed text is cut into chunks, and the pause between two. */
  chunk?: "words" | "characters" | "whole";
  chunkDelayMs?: number;
  /** Silence for as long as the caller waits: before the first byte, or with half of the answer written. */
  stall?: "before" | "middle";
  /** The answer ends early: `finish` closes the stream in good order but without a finish reason, `reset` breaks the connection. */
  cut?: { at: "before" | "middle"; how: "finish" | "reset" };
  status?: number;
  headers?: Record<string, string>;
  /** Sent as it is, whatever it is. */
  raw?: string;
  /** As it stands in the answer; `null` leaves it out. */
  usage?: unknown;
};

export type Script = (call: ChatCall) => Behaviour | Promise<Behaviour>;

export const say = (text: string, more: Behaviour = {}): Behaviour => ({ text, ...more });
export const callTools = (...calls: ScriptedCall[]): Behaviour => ({ calls });
export const fails = (status: number, headers: Record<string, string> = {}): Behaviour => ({
  status,
  headers,
  raw: JSON.stringify({ error: { message: `scripted ${status}`, type: "scripted", code: null } }),
});
export const tooMany = (retryAfterSeconds: number): Behaviour =>
  fails(429, { "retry-after": String(retryAfterSeconds) });
export const garbage = (): Behaviour => ({ raw: '{"choices": [{"mess' });

/** Names the messages of the person that no reply of ours has answered yet; tests read from it what a reply has seen. */
export const echo =
  (more: Behaviour = {}): Script =>
  (call) =>
    say(`re: ${call.unanswered().join(" ")} (seen ${call.userMarks().length})`, more);

/** One behaviour per request, the last for all that follow. */
export function inTurn(...steps: (Behaviour | Script)[]): Script {
  let next = 0;
  return (call) => {
    const step = steps[Math.min(next++, steps.length - 1)];
    if (step === undefined) throw new Error("a script needs at least one step");
    return typeof step === "function" ? step(call) : step;
  };
}

/** Calls the tools once for the newest message, then answers with what they said. */
export const toolsThen =
  (calls: (call: ChatCall) => ScriptedCall[], then: Script = echo()): Script =>
  (call) =>
    call.toolResultsOfTurn().length === 0 ? callTools(...calls(call)) : then(call);
