import type { EngineError } from "@charla/channels/socketio/engine";
import type { SessionState } from "./engine-session.ts";
import type { Knock } from "./knock.ts";

export type Fetched = { packets: string[] } | { error: EngineError };
export type Posted = { ok: true } | { error: EngineError };

/** A session on long-polling, as the Worker that has its requests sees it. */
export interface PollingRpc {
  /** Answers when there is something to fetch, which by the heartbeat is before any intermediary loses patience. */
  fetchPackets(knock: Knock): Promise<Fetched>;
  post(packets: string[], knock: Knock): Promise<Posted>;
  /** From here on requests are not kept waiting, so that the client can leave them. */
  beginUpgrade(knock: Knock): Promise<boolean>;
  abandonUpgrade(): Promise<void>;
  /** The session leaves; null when there is none. */
  surrender(): Promise<{ session: SessionState; packets: string[] } | null>;
}
