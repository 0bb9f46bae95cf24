import type { ChatMessage, ServerFrame } from "@charla/domain/webchat";

export const PROTOCOL_VERSION = 1;
export const MAX_TEXT = 16_000;

const KNOWN: Record<ServerFrame["type"], true> = {
  ready: true,
  message: true,
  accepted: true,
  chunk: true,
  chunk_reset: true,
  typing: true,
  status: true,
  owner: true,
  history: true,
  ended: true,
  error: true,
};

type Loose = { v?: unknown; type?: unknown; message?: unknown; messages?: unknown };

const isMessage = (value: unknown): value is ChatMessage =>
  typeof value === "object" &&
  value !== null &&
  "seq" in value &&
  Number.isSafeInteger(value.seq) &&
  "text" in value &&
  typeof value.text === "string" &&
  "role" in value;

function isServerFrame(value: Loose): value is ServerFrame {
  if (value.v !== PROTOCOL_VERSION || typeof value.type !== "string" || !Object.hasOwn(KNOWN, value.type)) return false;
  if (value.type === "message") return isMessage(value.message);
  if (value.type === "history") return Array.isArray(value.messages) && value.messages.every(isMessage);
  return true;
}

/** `null` for what this version does not understand: a newer server may say more than we know. */
export function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null && isServerFrame(value) ? value : null;
  } catch {
    return null;
  }
}
