import { decodePayload, encodePayload } from "@charla/channels/socketio/engine";
import { readCapped } from "../middleware/body-limit.ts";
import { engineError, textAnswer } from "./answers.ts";
import type { Knock } from "./knock.ts";
import { enterDoor, MAX_PACKET_BYTES } from "./limits.ts";
import type { PollingSession } from "./polling-session.ts";

type Session = DurableObjectStub<PollingSession>;

/** Names that the platform made for this class are all there are, so a made-up one reaches no object. */
export function pollingSession(env: GatewayEnv, sid: string): Session | null {
  try {
    return env.POLLING_SESSION.get(env.POLLING_SESSION.idFromString(sid));
  } catch {
    return null;
  }
}

export async function beginPolling(env: GatewayEnv, knock: Knock): Promise<Response> {
  const session = env.POLLING_SESSION.get(env.POLLING_SESSION.newUniqueId());
  return textAnswer(await session.begin(), knock);
}

export async function fetchPackets(session: Session, knock: Knock): Promise<Response> {
  const pass = enterDoor(knock);
  try {
    const fetched = await session.fetchPackets(knock);
    if ("error" in fetched) return engineError(fetched.error, knock);
    return textAnswer(encodePayload(fetched.packets), knock);
  } finally {
    pass.leave();
  }
}

export async function postPackets(session: Session, request: Request, knock: Knock): Promise<Response> {
  const payload = utf8(await readCapped(request, MAX_PACKET_BYTES));
  if (payload === null || payload === "") return engineError("request", knock);
  const posted = await session.post(decodePayload(payload), knock);
  return "error" in posted ? engineError(posted.error, knock) : textAnswer("ok", knock);
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
