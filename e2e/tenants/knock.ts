import { WebSocket } from "ws";

/** What a socket says before it is closed, or with which status and words its opening was refused. */
export function knock(url: string, path: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(new URL(path, url.replace(/^http/, "ws")), { headers });
    socket.on("unexpected-response", (_request, response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(`${response.statusCode} ${faceOf(Buffer.concat(chunks).toString("utf8"))}`));
    });
    socket.on("message", (data) => {
      resolve(`message ${String(data)}`);
      socket.close();
    });
    socket.on("close", (code) => resolve(`closed ${code}`));
    socket.on("error", () => resolve("refused"));
  });
}

/** An answer without what differs from request to request. */
export const faceOf = (text: string): string => text.replace(/"requestId":"[^"]*"/, "");
