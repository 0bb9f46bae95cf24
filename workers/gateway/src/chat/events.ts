import type { ServerFrame } from "@charla/domain/webchat";
import { AppError } from "@charla/domain/errors";

const HEARTBEAT_MS = 15_000;

const isFrame = (value: unknown): value is ServerFrame =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

export function frameOf(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  const value: unknown = JSON.parse(data);
  return isFrame(value) ? value : null;
}

/** Only frames that advance the conversation carry an id: a client resumes after the last one it saw. */
function serialise(frame: ServerFrame, text: string): string {
  const id = frame.type === "message" ? `id: ${frame.message.seq}\n` : "";
  return `${id}event: ${frame.type}\ndata: ${text}\n\n`;
}

async function socketOf(upgrading: Promise<Response>): Promise<WebSocket> {
  const { webSocket } = await upgrading;
  if (webSocket === null || webSocket === undefined) throw new AppError("UNAVAILABLE", "an upgrade without a socket");
  return webSocket;
}

/** Server-sent events out of the conversation's socket: one connection in, one stream out, no polling. */
export async function eventStream(upgrading: Promise<Response>, ended: () => void): Promise<Response> {
  const socket = await socketOf(upgrading).catch((error: unknown) => {
    ended();
    throw error;
  });
  const text = new TextEncoder();
  let open = true;
  let stopHeart = (): void => undefined;
  /** Whoever ends first, the other end must not be written to any more. */
  const end = (): boolean => {
    if (!open) return false;
    open = false;
    stopHeart();
    ended();
    return true;
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const close = (): void => {
        if (end()) controller.close();
      };
      socket.addEventListener("message", (event) => {
        const frame = frameOf(event.data);
        if (open && frame !== null && typeof event.data === "string")
          controller.enqueue(text.encode(serialise(frame, event.data)));
      });
      socket.addEventListener("close", close);
      socket.addEventListener("error", close);
      socket.accept();
      controller.enqueue(text.encode("retry: 2000\n\n"));
      const heart = setInterval(() => controller.enqueue(text.encode(": still here\n\n")), HEARTBEAT_MS);
      stopHeart = () => clearInterval(heart);
    },
    cancel() {
      if (end()) socket.close(1000, "client left");
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
}
