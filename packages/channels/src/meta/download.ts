import { isAppError, messageOf } from "@charla/domain/errors";
import type { FetchedMedia, SendContext } from "../contract.ts";

const MAX_REDIRECTS = 3;

export type Download = {
  url: string;
  /** Hosts that Meta serves files from; a leading dot means every name below it. */
  hosts: readonly string[];
  /** Goes to the first host only, and never to another one. */
  token?: string;
};

/** Opens a file at an address that the vendor named, on the vendor's own hosts and nowhere else. */
export async function download({ url, hosts, token }: Download, context: SendContext): Promise<FetchedMedia> {
  let target = URL.parse(url);
  const first = target?.host;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    if (target === null || !isAllowed(target, hosts)) return denied("the file is not on a host of the vendor's");
    const headers: Record<string, string> = {};
    if (token !== undefined && target.host === first) headers["authorization"] = `Bearer ${token}`;
    let response: Response;
    try {
      response = await context.fetch(target.href, { redirect: "manual", signal: context.signal, headers });
    } catch (error) {
      if (isAppError(error, "EGRESS_DENIED")) return denied(messageOf(error));
      return { ok: false, class: "transient", message: messageOf(error).slice(0, 300) };
    }
    if (response.ok) return opened(response);
    await response.body?.cancel().catch(() => undefined);
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return refusalOf(response.status);
    target = URL.parse(location, target.href);
  }
  return denied("the file moved too often");
}

/** https everywhere, except to the very address that the account itself is configured with. */
function isAllowed({ protocol, hostname, host }: URL, hosts: readonly string[]): boolean {
  if (hosts.includes(host)) return protocol === "https:" || protocol === "http:";
  if (protocol !== "https:" || host !== hostname) return false;
  return hosts.some((allowed) => allowed.startsWith(".") && hostname.endsWith(allowed));
}

function opened(response: Response): FetchedMedia {
  const { body, headers } = response;
  if (body === null) return { ok: false, class: "gone", message: "the file is empty" };
  const mime = headers.get("content-type");
  const size = Number(headers.get("content-length") ?? Number.NaN);
  return { ok: true, body, ...(mime !== null && { mime }), ...(Number.isSafeInteger(size) && { size }) };
}

function refusalOf(status: number): FetchedMedia {
  const message = `the vendor answered ${status}`;
  if (status === 404 || status === 410) return { ok: false, class: "gone", message };
  if (status === 401 || status === 403) return denied(message);
  if (status === 413) return { ok: false, class: "too_large", message };
  return { ok: false, class: status >= 500 || status === 429 ? "transient" : "gone", message };
}

const denied = (message: string): FetchedMedia => ({ ok: false, class: "denied", message });
