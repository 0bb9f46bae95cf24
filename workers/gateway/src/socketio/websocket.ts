import { PACKET, PROBE, PROBE_ANSWER } from "@charla/channels/socketio/engine";
import { ClientSocket } from "./client-socket.ts";
import { EngineSession } from "./engine-session.ts";
import { handshakeOf } from "./handshake.ts";
import type { Knock } from "./knock.ts";
import { enterDoor, UPGRADE_TIMEOUT_MS } from "./limits.ts";
import type { PollingRpc } from "./polling-rpc.ts";

/**
 * A client's WebSocket ends in this Worker, which may sleep on any number of them for nothing; the conversation's end of
 * it hibernates. Both ends live and die together, and what a client missed in between it asks the log for.
 */
export function openWebSocket(env: GatewayEnv, knock: Knock): Response {
  const pass = enterDoor(knock);
  const client = new ClientSocket({
    hear: (packet) => session.hear(packet, knock),
    closed: () => {
      pass.leave();
      session.end();
    },
  });
  const session = new EngineSession({
    env,
    transmit: (packets) => client.send(packets),
    ended: () => client.close(),
  });
  client.send([handshakeOf(crypto.randomUUID(), [])]);
  return client.response;
}

/** A session that began with long-polling moves here, with all that has not reached its client yet. */
export function upgradeToWebSocket(env: GatewayEnv, polling: PollingRpc, knock: Knock): Response {
  const pass = enterDoor(knock);
  let session: EngineSession | null = null;
  const move = async (): Promise<void> => {
    const moved = await polling.surrender();
    if (moved === null) return client.close();
    clearTimeout(timer);
    const transport = { transmit: (packets: string[]) => client.send(packets), ended: () => client.close() };
    client.send(moved.packets);
    session = EngineSession.resumed({ env, ...transport }, moved.session, knock);
  };
  const probe = async (): Promise<void> => {
    if (await polling.beginUpgrade(knock)) client.send([PROBE_ANSWER]);
    else client.close();
  };
  const client = new ClientSocket({
    hear: (packet) => {
      if (session !== null) return session.hear(packet, knock);
      if (packet === PROBE) return probe();
      if (packet === PACKET.upgrade) return move();
      return client.close();
    },
    closed: () => {
      clearTimeout(timer);
      pass.leave();
      if (session !== null) session.end();
      else void polling.abandonUpgrade().catch(() => undefined);
    },
  });
  const timer = setTimeout(() => client.close(), UPGRADE_TIMEOUT_MS);
  return client.response;
}
