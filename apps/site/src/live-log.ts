import type { LogRow } from "@charla/domain/log";
import type { LiveFrame } from "@charla/domain/webchat";

export type Draft = { turnId: string; text: string };

/** What the operator's socket has told so far. */
export class LiveLog {
  readonly rows = new Map<number, LogRow>();
  draft: Draft | null = null;
  owner: "ai" | "human" | "paused" = "ai";

  /** True when something visible changed. */
  take(frame: LiveFrame): boolean {
    switch (frame.type) {
      case "snapshot":
        for (const row of frame.rows) this.rows.set(row.seq, row);
        this.#readOwner(frame.rows);
        return true;
      case "row":
        this.rows.set(frame.row.seq, frame.row);
        this.#readOwner([frame.row]);
        if (frame.row.kind === "out") this.draft = null;
        return true;
      case "chunk":
        this.draft =
          this.draft?.turnId === frame.turnId && frame.index > 0
            ? { turnId: frame.turnId, text: this.draft.text + frame.text }
            : { turnId: frame.turnId, text: frame.text };
        return true;
      case "chunk_reset":
        this.draft = null;
        return true;
      case "owner":
        this.owner = frame.owner;
        return true;
      default:
        return false;
    }
  }

  #readOwner(rows: LogRow[]): void {
    for (const row of rows) if (row.kind === "note" && row.body.type === "owner") this.owner = row.body.to.type;
  }
}
