import { addressIn } from "./address.ts";
import type { MailHeaders } from "./mail.ts";

/** The sender of the envelope as the receiving server wrote it down; empty for what must not be answered. */
export function returnPathOf(headers: MailHeaders): string | undefined {
  const path = headers.get("return-path")?.trim();
  if (path === undefined || path === "") return undefined;
  const inner = /^<([^<>]*)>/.exec(path)?.[1] ?? path;
  return inner.trim() === "" ? "" : addressIn(inner);
}
