import type { ToolsRpc } from "@charla/domain/rpc";
import type { ToolRequest, ToolResult } from "@charla/domain/tool-call";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { World } from "../world.ts";
import type { Outcome, Recording, StoredRow } from "./recording.ts";

/** The tools Worker as this world sees it: every call is noted, and answered or left hanging. */
export class ToolDesk {
  readonly calls: ToolRequest[] = [];
  answer: ToolResult | "hang" = { status: "ok", output: "done", ms: 1 };

  constructor(tenantId: string) {
    const tools: ToolsRpc = env.TOOLS;
    vi.spyOn(tools, "run").mockImplementation((request) => {
      if (request.tenantId !== tenantId) throw new Error("a tool call of another world");
      this.calls.push(request);
      return this.answer === "hang" ? new Promise<ToolResult>(() => {}) : Promise.resolve(this.answer);
    });
  }
}

/** From which call on the outcome counts. */
export type Mark = { model: number; tools: number; sends: number };

export const markOf = (world: World, desk: ToolDesk): Mark => ({
  model: world.modelCalls.length,
  tools: desk.calls.length,
  sends: world.callbacks.length,
});

export async function outcomeOf(
  world: World,
  desk: ToolDesk,
  { rows, release }: Pick<Recording, "rows" | "release">,
  from: Mark,
): Promise<Outcome> {
  const known = knownIds(rows);
  const seqs = new Set(rows.map(({ seq }) => seq));
  const summary = summaryIn(rows);
  return {
    model: world.modelCalls.slice(from.model).map(({ messages, tools }) => {
      const system = String(messages.find(({ role }) => role === "system")?.content);
      const knows = {
        instructions: system.includes(release.settings.instructions),
        summary: summary !== null && system.includes(summary),
      };
      return { messages: messages.filter(({ role }) => role !== "system"), tools: namesOf(tools), knows };
    }),
    tools: desk.calls.slice(from.tools).map(({ name, input, turnId, idempotencyKey }) => ({
      name,
      input,
      key: known(turnId) ? idempotencyKey : "new",
    })),
    sends: world.callbacks.slice(from.sends).map(({ id, text, inReplyTo }) => ({
      id: known(id) ? id : "new",
      text,
      inReplyTo,
    })),
    states: Object.fromEntries(
      (await world.rows()).filter(({ seq }) => seqs.has(seq)).map(({ seq, state }) => [seq, state]),
    ),
  };
}

/** An id is known when it stands in the recording, or was made from a turn that does. */
function knownIds(rows: readonly StoredRow[]): (id: string) => boolean {
  const text = JSON.stringify(rows);
  return (id) => text.includes(id) || text.includes(`trn_${id.slice(4, 28)}`);
}

function summaryIn(rows: readonly StoredRow[]): string | null {
  const head = rows.find(({ seq }) => seq === 0);
  const { summary } = JSON.parse(head?.body ?? "{}") as { summary: { text: string } | null };
  return summary && summary.text;
}

const namesOf = (tools: unknown[] | undefined): string[] =>
  (tools ?? []).map((tool) => (tool as { function: { name: string } }).function.name);
