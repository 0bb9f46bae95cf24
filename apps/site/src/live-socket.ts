import type { LiveFrame } from "@charla/domain/webchat";
import { isSignedIn } from "./api.ts";

const FIRST_MS = 1000;
const MAX_MS = 15_000;
/** Refused this often without ever having been let in: it is not ours to see. */
const MAX_REFUSALS = 3;

export type LiveState = "connecting" | "live" | "reconnecting" | "signed-out" | "foreign";

function parse(data: unknown): LiveFrame | null {
  if (typeof data !== "string") return null;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/** Watches one conversation for as long as the page lives. A snapshot begins every connection, so nothing is missed. */
export function watchLive(
  conversationId: string,
  onFrame: (frame: LiveFrame) => void,
  onState: (state: LiveState) => void,
): void {
  const url = new URL(`/v1/conversations/${encodeURIComponent(conversationId)}/live`, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  let attempt = 0;
  let everSeen = false;

  const connect = (): void => {
    let opened = false;
    const socket = new WebSocket(url);
    socket.addEventListener("message", ({ data }) => {
      const frame = parse(data);
      if (frame === null) return;
      if (!opened) onState("live");
      opened = everSeen = true;
      attempt = 0;
      onFrame(frame);
    });
    socket.addEventListener("close", () => void closed(opened));
  };

  /** The browser does not say why a socket was refused, so the session is asked about by itself. */
  const closed = async (opened: boolean): Promise<void> => {
    attempt++;
    if (!opened && !(await isSignedIn())) return onState("signed-out");
    if (!everSeen && attempt >= MAX_REFUSALS) return onState("foreign");
    onState("reconnecting");
    const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** attempt);
    setTimeout(connect, FIRST_MS + Math.random() * (ceiling - FIRST_MS));
  };

  onState("connecting");
  connect();
}
