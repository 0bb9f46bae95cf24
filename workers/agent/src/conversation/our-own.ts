import type { OutRow } from "@charla/domain/log";
import type { Core } from "./core.ts";

/** How far back a vendor may speak of a message of ours by its own id. */
const RECENT = 200;

/** A message of ours by the id that the vendor gave it. */
export function sentAs(core: Core, providerId: string): OutRow | undefined {
  return recentlySent(core).find((row) => row.body.providerId === providerId);
}

/**
 * Some vendors echo what we send without a word of who sent it. The echo of a message whose answer is still under way
 * cannot be known by its id yet, but it says what we are just saying.
 */
export function isOurEcho(core: Core, echo: { externalId: string; text: string }): boolean {
  const text = echo.text.trim();
  return recentlySent(core).some(
    ({ body, state }) =>
      body.providerId === echo.externalId || (state === "sending" && text !== "" && body.text.trim() === text),
  );
}

/** Messages of ours, newest first, as far back as vendors are listened to. */
export function recentlySent(core: Core): OutRow[] {
  return core.log.messagesBefore(core.log.last + 1, RECENT).filter((row): row is OutRow => row.kind === "out");
}
