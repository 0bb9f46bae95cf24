import { openPacket } from "@charla/channels/socketio/engine";
import { MAX_PACKET_BYTES, PING_INTERVAL_MS, PING_TIMEOUT_MS } from "./limits.ts";

export const handshakeOf = (sid: string, upgrades: string[]): string =>
  openPacket({
    sid,
    upgrades,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    maxPayload: MAX_PACKET_BYTES,
  });
