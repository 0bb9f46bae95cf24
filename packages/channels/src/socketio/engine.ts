/** Engine.IO protocol 4, text only: one packet is one WebSocket message, several are one body of long-polling. */
export const ENGINE_VERSION = "4";

export const PACKET = { open: "0", close: "1", ping: "2", pong: "3", message: "4", upgrade: "5", noop: "6" } as const;
export const PROBE = `${PACKET.ping}probe`;
export const PROBE_ANSWER = `${PACKET.pong}probe`;

const SEPARATOR = "\u001e";

export const encodePayload = (packets: readonly string[]): string => packets.join(SEPARATOR);
export const decodePayload = (payload: string): string[] => payload.split(SEPARATOR);

/** A packet of long-polling that holds bytes, in base 64. */
export const isBinary = (packet: string): boolean => packet.startsWith("b");

export type Handshake = {
  sid: string;
  upgrades: string[];
  pingInterval: number;
  pingTimeout: number;
  maxPayload: number;
};

export const openPacket = (handshake: Handshake): string => `${PACKET.open}${JSON.stringify(handshake)}`;
export const messagePacket = (data: string): string => `${PACKET.message}${data}`;

/** What a request that is no good is told; clients show the message and connect anew. */
export const ENGINE_ERRORS = {
  transport: { code: 0, message: "Transport unknown" },
  session: { code: 1, message: "Session ID unknown" },
  method: { code: 2, message: "Bad handshake method" },
  request: { code: 3, message: "Bad request" },
  forbidden: { code: 4, message: "Forbidden" },
  version: { code: 5, message: "Unsupported protocol version" },
} as const;
export type EngineError = keyof typeof ENGINE_ERRORS;
