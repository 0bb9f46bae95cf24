import type { Release } from "@charla/domain/release";
import type { ToolResult } from "@charla/domain/tool-call";
import type { ModelReply, WorldIds } from "../world.ts";

/** What is done to the conversation after it was found as recorded. */
export type Move =
  | { do: "wake" }
  | { do: "say"; id: string; text: string }
  | { do: "hand back" }
  | { do: "replay the dead letter" };

/** What the outside saw from then on. Ids and keys that did not stem from the recording are `new`. */
export type Outcome = {
  model: { messages: unknown[]; tools: string[]; knows: { instructions: boolean; summary: boolean } }[];
  tools: { name: string; input: unknown; key: string }[];
  sends: { id: string; text: string; inReplyTo: string[] }[];
  /** States in the end of the rows that were recorded. */
  states: Record<string, string>;
};

export type StoredRow = {
  seq: number;
  kind: string;
  turn: number | null;
  key: string | null;
  state: string;
  at: number;
  body: string;
};

/** The whole storage of a conversation at one instant, and how it went on. Data only: it outlives the code that made it. */
export type Recording = {
  format: 1;
  story: string;
  recordedAt: number;
  ids: WorldIds;
  release: Release;
  table: string;
  rows: StoredRow[];
  model: ModelReply[];
  tool: ToolResult;
  moves: Move[];
  expected: Outcome;
};
