import type { Core } from "./core.ts";

/**
 * The visitor is done. What is open is finished all the same, and whoever writes again goes on where it ended; asked
 * for twice without a message in between it is one end.
 */
export function noteEnd(core: Core): void {
  if (!core.started || core.parked !== null) return;
  const key = `end:${core.head.lastInAt}`;
  if (core.log.has(key)) return;
  core.write(() =>
    core.note({ type: "audit", what: "conversation.ended", detail: "The visitor ended the conversation." }, { key }),
  );
}
