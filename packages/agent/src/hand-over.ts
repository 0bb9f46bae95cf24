import { HAND_OVER_TOOL } from "@charla/domain/prompt-parts";
import type { Release, ResolvedTool } from "@charla/domain/release";

/** What whoever takes over is told. */
export type HandOverInput = { reason: string; summary: string };
const MOST = { reason: 500, summary: 2_000 };

/** A tool of the conversation itself: what it does is a row of its own log, so it needs nobody else and happens once. */
export const HAND_OVER: ResolvedTool = {
  name: HAND_OVER_TOOL,
  kind: "hand-over",
  description:
    "Asks for a person of the team to go on with this conversation. Use it when your instructions say so, or when somebody asks for a person.",
  inputSchema: {
    type: "object",
    properties: {
      reason: { type: "string", description: "Why a person is needed, in one sentence" },
      summary: {
        type: "string",
        description: "What the person who takes over must know: who it is, what they want, what was tried",
      },
    },
    required: ["reason", "summary"],
    additionalProperties: false,
  },
  effect: "keyed",
  timeoutMs: 1_000,
  config: {},
};

/** The author's tools, and the one to ask for a person with where there are rules about that. */
export const toolsOf = ({ settings, tools }: Release): ResolvedTool[] =>
  settings.handoverRules === undefined ? tools : withHandOver(tools);

const extended = new WeakMap<ResolvedTool[], ResolvedTool[]>();

function withHandOver(tools: ResolvedTool[]): ResolvedTool[] {
  const known = extended.get(tools);
  if (known !== undefined) return known;
  const all = [...tools, HAND_OVER];
  extended.set(tools, all);
  return all;
}

export const ASKED_FOR_PERSON =
  "A person of the team has been asked to go on with this conversation. Say so in one sentence, and promise no time.";

/** Cut rather than refused: somebody is waiting for a person. */
export function handOverInput(input: unknown): HandOverInput | null {
  if (typeof input !== "object" || input === null) return null;
  const { reason, summary } = { reason: "", summary: "", ...input };
  if (typeof reason !== "string" || typeof summary !== "string" || reason.trim() === "") return null;
  return { reason: reason.slice(0, MOST.reason), summary: summary.slice(0, MOST.summary) };
}
