import type { Button } from "../contract.ts";

/** What a button carries back; the vendor takes 1 to 64 bytes. */
const MAX_DATA_BYTES = 64;
/** Marks an id that stands for a longer one, so no short id may begin with it. */
const DIGEST = "~";
const MAX_IN_ROW = 3;
const SHORT_TITLE = 12;
const encoder = new TextEncoder();

/** The id itself where it fits, else its digest: the same for the same id, another for another, and no bytes of it cut. */
export async function callbackDataOf(id: string): Promise<string> {
  const bytes = encoder.encode(id);
  if (bytes.length > 0 && bytes.length <= MAX_DATA_BYTES && !id.startsWith(DIGEST)) return id;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return DIGEST + btoa(String.fromCharCode(...digest)).replaceAll("=", "");
}

/** Short answers stand side by side, longer ones below each other. */
export async function keyboardOf(buttons: readonly Button[]): Promise<{ inline_keyboard: unknown[][] }> {
  const keys = await Promise.all(
    buttons.map(async ({ id, title }) => ({ text: title, callback_data: await callbackDataOf(id) })),
  );
  const inRow = buttons.length <= MAX_IN_ROW && buttons.every(({ title }) => title.length <= SHORT_TITLE);
  return { inline_keyboard: inRow ? [keys] : keys.map((key) => [key]) };
}
