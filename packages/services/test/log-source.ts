import type { InBody, ModelStepBody, NoteBody, OutBody, ToolStepBody, TurnBody } from "@charla/domain/log";
import type { ProjectionEvent } from "@charla/domain/projection";

type Row = ProjectionEvent["rows"][number];
type Kind = Row["kind"];

const START = Date.parse("2026-11-20T10:00:00Z");

/** A conversation's log as an object keeps it: every change gets a version, and an event carries what changed since another. */
export class LogSource {
  readonly rows = new Map<number, { row: Row; version: number }>();
  readonly conversation: ProjectionEvent["conversation"];
  readonly tenantId: string;
  version = 0;
  #spent = { tokens: 0, micros: 0 };

  constructor(tenantId: string, name: string, contact: Partial<ProjectionEvent["conversation"]["contact"]> = {}) {
    this.tenantId = tenantId;
    this.conversation = {
      id: `cnv_${name}`,
      channelId: "chn_1",
      channelKind: "http",
      agentId: "agt_1",
      thread: `thread-${name}`,
      contactId: `con_${name}`,
      contact: { address: `address-${name}`, name: `Name ${name}`, locale: "es", ...contact },
      owner: { type: "ai" },
      createdAt: START,
      lastAt: START,
      handover: false,
    };
  }

  put(kind: Kind, seq: number, state: string, body: unknown, turn: number | null = null): void {
    this.version += 1;
    const at = START + seq * 1000;
    this.conversation.lastAt = START + this.version * 1000;
    this.rows.set(seq, { version: this.version, row: { seq, kind, turn, state, at, body: JSON.stringify(body) } });
  }

  in(seq: number, text: string, change: Partial<InBody> = {}): void {
    const event = { kind: "message" as const, externalId: `ext-${seq}`, at: START, text };
    const body: InBody = { id: `msg_in${seq}`, event, arrivedAt: START, trackingId: "trk_1", ...change };
    this.put("in", seq, "taken", body);
  }

  out(seq: number, text: string, state: string, change: Partial<OutBody> = {}): void {
    const author = { type: "ai" } as const;
    const body: OutBody = {
      id: `msg_out${seq}`,
      text,
      author,
      epoch: 1,
      inReplyTo: [],
      createdAt: START,
      tries: 0,
      trackingId: "trk_1",
      ...change,
    };
    this.put("out", seq, state, body, 2);
  }

  turn(seq: number, state: string, change: Partial<TurnBody> = {}): void {
    const usage = { input: 100, output: 20, cached: 0 };
    const body: TurnBody = {
      id: `trn_${seq}`,
      trackingId: "trk_1",
      epoch: 1,
      releaseId: "rel_1",
      agentId: "agt_1",
      openedAt: START,
      activeSince: START,
      resumes: 0,
      supersedes: 0,
      usage,
      costMicros: 7,
      ...change,
    };
    this.put("turn", seq, state, body);
  }

  model(seq: number, state: string, text: string, micros = 7): void {
    this.#spent = { tokens: this.#spent.tokens + 120, micros: this.#spent.micros + micros };
    const body: ModelStepBody = {
      n: 1,
      type: "model",
      epoch: 1,
      purpose: "answer",
      provider: "workers-ai",
      model: "m1",
      attempt: 1,
      prompt: { releaseId: "rel_1", summarySeq: 0, fromSeq: 1, toSeq: 1, steps: 0, tokens: 90 },
      text,
      calls: [],
      finish: "stop",
      usage: { input: 100, output: 20, cached: 0 },
      costMicros: micros,
      ms: 420,
    };
    this.put("step", seq, state, body, 2);
  }

  tool(seq: number, state: string, input: unknown, output?: unknown): void {
    const body: ToolStepBody = {
      n: 2,
      type: "tool",
      callId: "c1",
      name: "calculator",
      kind: "calculator",
      effect: "read",
      input,
      output,
      ms: 3,
      startedAt: START,
      attempts: 1,
    };
    this.put("step", seq, state, body, 2);
  }

  note(seq: number, body: NoteBody): void {
    this.put("note", seq, "done", body);
  }

  /** What has changed since that version. */
  event(since = 0): ProjectionEvent {
    return {
      v: 1,
      tenantId: this.tenantId,
      conversation: structuredClone(this.conversation),
      version: this.version,
      sentAt: START + this.version,
      spent: { ...this.#spent },
      spentBefore: { tokens: 0, micros: 0 },
      rows: [...this.rows.values()].filter(({ version }) => version > since).map(({ row }) => structuredClone(row)),
    };
  }
}

/** One message answered with a tool call, and the event after every single change. */
export function answeredConversation(tenantId: string, name: string): { source: LogSource; events: ProjectionEvent[] } {
  const source = new LogSource(tenantId, name);
  const events: ProjectionEvent[] = [];
  const changes: (() => void)[] = [
    () => source.in(1, `¿Cuánto es dos más dos, ${name}?`),
    () => source.turn(2, "open"),
    () => source.model(3, "done", "I calculate"),
    () => source.tool(4, "started", { expression: "2+2" }),
    () => source.tool(4, "done", { expression: "2+2" }, { value: 4 }),
    () => source.out(5, `Son cuatro, ${name}`, "queued"),
    () => source.turn(2, "done", { outcome: "answered", closedAt: START + 900 }),
    () => source.out(5, `Son cuatro, ${name}`, "sent", { tries: 1, sentAt: START }),
    () => source.out(5, `Son cuatro, ${name}`, "delivered", { tries: 1, sentAt: START }),
  ];
  for (const change of changes) {
    const before = source.version;
    change();
    events.push(source.event(before));
  }
  return { source, events };
}
