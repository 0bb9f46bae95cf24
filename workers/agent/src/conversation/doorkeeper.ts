import type { Viewer } from "@charla/domain/rpc";
import { CREDENTIAL_GONE_CLOSE, NO_CHAT_CLOSE } from "@charla/domain/webchat";
import type { Core } from "./core.ts";
import type { Live } from "./live.ts";

/** How long somebody may look on, or be heard, who was let in and would not be any more. */
const CHECK_MS = 30_000;

/** Sockets stay open for hours: what let one in may have run out, been revoked or been switched off since. */
export class Doorkeeper {
  readonly #core: Core;
  readonly #live: Live;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #checking: Promise<void> | null = null;

  constructor(core: Core, live: Live) {
    this.#core = core;
    this.#live = live;
    live.onSend = () => {
      if (this.#isDue()) core.keepAlive(this.#check());
    };
  }

  /** Before a frame is heard. Frames that come meanwhile wait for the same check, so they keep their order. */
  async admits(socket: WebSocket, viewer: Viewer): Promise<boolean> {
    if (this.#hasRunOut(viewer)) socket.close(CREDENTIAL_GONE_CLOSE, "expired");
    else if (this.#checking !== null || this.#isDue()) await this.#check();
    return socket.readyState === WebSocket.OPEN;
  }

  #isDue(): boolean {
    return this.#core.now() - this.#checkedAt >= CHECK_MS;
  }

  #hasRunOut({ expiresAt }: Viewer): boolean {
    return expiresAt !== undefined && this.#core.now() >= expiresAt;
  }

  #check(): Promise<void> {
    this.#checkedAt = this.#core.now();
    return (this.#checking ??= this.#look().finally(() => (this.#checking = null)));
  }

  async #look(): Promise<void> {
    await Promise.all(
      this.#live.sockets("visitor", "operator").map(async (socket) => {
        const viewer = this.#live.viewerOf(socket);
        if (this.#hasRunOut(viewer)) socket.close(CREDENTIAL_GONE_CLOSE, "expired");
        else if (!(await this.#stands(viewer)))
          socket.close(viewer.role === "operator" ? CREDENTIAL_GONE_CLOSE : NO_CHAT_CLOSE, "no longer let in");
      }),
    );
  }

  /** Where it cannot be found out the socket stays; it is asked again before long. */
  async #stands(viewer: Viewer): Promise<boolean> {
    const { deps } = this.#core;
    try {
      if (viewer.role === "visitor") return await deps.channelIsActive(viewer);
      return viewer.credential === undefined || !(await deps.isRevoked(viewer.credential));
    } catch (error) {
      deps.log.warn("socket:failed", { tenantId: viewer.tenantId, task: "check", error });
      return true;
    }
  }
}
