import { NO_KILLS } from "@charla/testkit/kill-orders";
import { serve, type StandIn } from "@charla/testkit/stand-in";
import { SourceTree } from "@charla/testkit/charla/tree";

const CONFIGS = ["wrangler.toml", "workers/router/wrangler.toml", "workers/agent/wrangler.toml"];

/** The public name of an installation: known before it runs, and in front of it wherever it listens then. */
export class PublicDoor {
  leadsTo: string | null = null;
  #stand: StandIn | undefined;

  static async open(): Promise<PublicDoor> {
    const door = new PublicDoor();
    door.#stand = await serve(async (exchange) => {
      const { method, url, headers, bytes } = exchange;
      if (door.leadsTo === null) return exchange.cut();
      const response = await fetch(`${door.leadsTo}${url.pathname}${url.search}`, {
        method,
        headers: withoutHop(headers),
        ...(bytes.length > 0 && { body: new Uint8Array(bytes) }),
        redirect: "manual",
      });
      const body = Buffer.from(await response.arrayBuffer());
      await exchange.answer(response.status, Object.fromEntries(withoutHop(response.headers)), body, NO_KILLS, "");
    });
    return door;
  }

  get url(): string {
    if (this.#stand === undefined) throw new Error("the door is closed");
    return this.#stand.url;
  }

  /** The sources of an installation that goes by this name. */
  sources(): SourceTree {
    const tree = new SourceTree();
    for (const path of CONFIGS) {
      tree.replace(path, 'PUBLIC_BASE_URL = "http://localhost:8787"', `PUBLIC_BASE_URL = "${this.url}"`);
    }
    return tree;
  }

  async close(): Promise<void> {
    await this.#stand?.close();
  }
}

/** What belongs to one connection and not to what is said over it. */
function withoutHop(headers: Headers): Headers {
  const passed = new Headers(headers);
  for (const name of ["host", "connection", "content-length", "content-encoding", "transfer-encoding", "expect"])
    passed.delete(name);
  return passed;
}
