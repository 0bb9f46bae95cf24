import { refuse } from "./graph-error.ts";
import { type MessagingSend, readSend } from "./messaging-rules.ts";
import type { Page, Sent, World } from "./world.ts";

const DAY_MS = 24 * 3_600_000;
const HUMAN_DAYS = 7;

/** `me/messages` of a page or of an Instagram account. */
export function takeMessaging(
  world: World,
  page: Page,
  payload: unknown,
  now: number,
): { sent: Sent | null; body: unknown } {
  const read = readSend(payload, page.kind);
  if (typeof read === "string") {
    world.problem(`${page.kind} ${page.id}: ${read}: ${JSON.stringify(payload).slice(0, 300)}`);
    return refuse(400, 100, `(#100) ${read}`);
  }
  const to = read.recipient.id;
  const heard = world.lastHeard(page.id, to);
  if (heard === undefined) return refuse(400, 100, "(#100) No matching user found", { subcode: 2018001 });
  if ("sender_action" in read) {
    if (read.sender_action === "mark_seen") world.marks.push({ account: page.id, to, mark: "read" });
    if (read.sender_action === "typing_on") world.marks.push({ account: page.id, to, mark: "typing" });
    return { sent: null, body: { recipient_id: to } };
  }
  if (!isOpen(read, now - heard)) {
    const subcode = page.kind === "page" ? 2018278 : 2534022;
    return refuse(400, 10, "(#10) This message is sent outside of allowed window.", { subcode });
  }
  const sent: Sent = {
    id: world.newId(page.kind === "page" ? "m_" : "aWdfZAG1faXRlbT"),
    at: now,
    via: page.kind,
    account: page.id,
    to,
    type: read.message.attachment?.type ?? "text",
    text: read.message.text ?? "",
    payload: read,
    ...(read.message.metadata !== undefined && { tracer: read.message.metadata }),
  };
  world.sent.push(sent);
  return { sent, body: { recipient_id: to, message_id: sent.id } };
}

/** A day for everybody, a week for people. */
function isOpen({ tag }: MessagingSend, sinceMs: number): boolean {
  return sinceMs <= (tag === "HUMAN_AGENT" ? HUMAN_DAYS * DAY_MS : DAY_MS);
}
