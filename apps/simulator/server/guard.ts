import type { IncomingHttpHeaders } from "node:http";

const NAMES = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Any page in the browser can call a server on this machine, and a name of its own that resolves to it makes it look
 * like that page's own server. So a call must use one of our names, and whatever changes something must come from our
 * own page.
 */
export class Guard {
  readonly #hosts: ReadonlySet<string>;

  constructor(port: number) {
    this.#hosts = new Set(NAMES.map((name) => `${name}:${port}`));
  }

  /** Why the call is refused, or nothing. */
  refusal(method: string, headers: IncomingHttpHeaders): string | undefined {
    const host = headers.host?.toLowerCase() ?? "";
    if (!this.#hosts.has(host)) return "unknown host";
    const { origin } = headers;
    if (origin !== undefined && origin !== `http://${host}`) return "foreign origin";
    if (method === "GET" || method === "HEAD")
      return headers["sec-fetch-site"] === "cross-site" && headers["sec-fetch-mode"] !== "navigate"
        ? "foreign page"
        : undefined;
    return origin === undefined ? "no origin" : undefined;
  }
}
