import type { InRow, LogRow, OutRow, StepRow, TurnRow } from "@charla/domain/log";
import { inOrder } from "@charla/agent/transcript";
import type { Core } from "./core.ts";
import { unknownTurn } from "./journal-version.ts";
import type { MediaDesk } from "./media-desk.ts";
import { isUnread } from "./media-files.ts";
import type { Outbox } from "./outbox.ts";
import type { Projector } from "./projector.ts";
import type { Turns } from "./turns.ts";

type Parts = { turns: Turns; outbox: Outbox; projector: Projector; media: MediaDesk };

/**
 * Rebuilds from the log what an earlier life of the object had open. True when there is work to go on with; a turn that
 * this build could misplay parks the conversation.
 */
export function restore(core: Core, parts: Parts): boolean {
  if (!core.started || core.parked !== null) return false;
  const open = core.log.open(core.head.settledBefore);
  const turn = open.find((row): row is TurnRow => row.kind === "turn");
  if (turn && (core.parked = unknownTurn(turn.body)) !== null) return false;
  const pending = open.filter((row): row is InRow => row.kind === "in" && row.state === "new");
  const taken = turn ? core.log.ofTurn(turn.seq, core.head.settledBefore).filter(isTaken) : [];
  const steps = turn ? core.log.stepsOf(turn.seq).filter((row): row is StepRow => row.kind === "step") : [];
  const left: InRow[] = [];
  parts.projector.restore((row) => {
    if (row.kind === "in" && needsReading(row, turn)) left.push(row);
  });
  parts.outbox.restore(open.filter((row): row is OutRow => row.kind === "out"));
  parts.turns.restore(turn, pending, inOrder(taken), steps);
  parts.media.begin(left);
  return parts.turns.active || !parts.outbox.idle || parts.projector.behind;
}

/** Files that a person waits for, or that no turn waits for any more. Those of a turn are begun by the turn. */
const needsReading = (row: InRow, turn: TurnRow | undefined): boolean =>
  (row.state === "held" || (row.state === "taken" && row.turn !== turn?.seq)) && isUnread(row);

const isTaken = (row: LogRow): row is InRow => row.kind === "in" && row.state === "taken";
