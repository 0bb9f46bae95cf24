import type { ProjectionEvent } from "@charla/domain/projection";

export type SourceRow = ProjectionEvent["rows"][number];

/** What a batch says about one conversation: its newest head, and of every row the newest state. */
export type Merged = {
  conversation: ProjectionEvent["conversation"];
  version: number;
  spent: ProjectionEvent["spent"];
  sentAt: number;
  rows: Map<number, { row: SourceRow; version: number }>;
};

/** A queue repeats and reorders: within the batch only the highest version of anything counts. */
export function mergeEvents(events: readonly ProjectionEvent[]): Merged[] {
  const byConversation = new Map<string, Merged>();
  for (const event of events) {
    const known = byConversation.get(event.conversation.id);
    const merged = known ?? { ...headOf(event), rows: new Map() };
    if (known === undefined) byConversation.set(event.conversation.id, merged);
    else if (event.version > known.version) Object.assign(known, headOf(event));
    for (const row of event.rows) {
      const present = merged.rows.get(row.seq);
      if (present === undefined || event.version > present.version)
        merged.rows.set(row.seq, { row, version: event.version });
    }
  }
  return [...byConversation.values()];
}

const headOf = ({ conversation, version, spent, sentAt }: ProjectionEvent): Omit<Merged, "rows"> => ({
  conversation,
  version,
  spent,
  sentAt,
});
