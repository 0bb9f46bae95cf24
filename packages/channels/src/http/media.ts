import { hostAllowed } from "@charla/domain/egress-policy";
import { isAppError, messageOf } from "@charla/domain/errors";
import type { Media } from "@charla/domain/inbound";
import type { Account, FetchedMedia, SendContext } from "../contract.ts";

type HttpAccount = Account<{ callbackUrl: string; mediaHosts: string[] }>;

const MAX_HOPS = 3;

/**
 * A file on the integrator's own host or on one that the account names: addresses may come from anybody who writes to the
 * integrator. Nothing of ours goes along, and every hop is judged like the first.
 */
export async function openHttpMedia(media: Media, account: HttpAccount, context: SendContext): Promise<FetchedMedia> {
  const { callbackUrl, mediaHosts } = account.config;
  const hosts = [new URL(callbackUrl).hostname, ...mediaHosts];
  let url = URL.parse(media.ref);
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    if (url === null) return failed("denied", "not an address");
    if (!hostAllowed(url.hostname, hosts))
      return failed(hop === 0 ? "elsewhere" : "denied", "the channel fetches no files from this host");
    let response: Response;
    try {
      response = await context.fetch(url.href, {
        redirect: "manual",
        signal: context.signal,
        headers: { "user-agent": "Charla/1" },
      });
    } catch (error) {
      return failed(isAppError(error, "EGRESS_DENIED") ? "denied" : "transient", messageOf(error).slice(0, 300));
    }
    if (response.status < 300 || response.status >= 400) return await read(response);
    await discard(response);
    url = URL.parse(response.headers.get("location") ?? "", url.href);
  }
  return failed("denied", "too many redirects");
}

async function read(response: Response): Promise<FetchedMedia> {
  const { status, headers, body } = response;
  if (status === 200 && body !== null) {
    const mime = headers.get("content-type");
    const length = Number(headers.get("content-length") ?? Number.NaN);
    const size = Number.isSafeInteger(length) && headers.get("content-encoding") === null ? length : undefined;
    return { ok: true, body, ...(mime !== null && { mime }), ...(size !== undefined && { size }) };
  }
  await discard(response);
  const message = `the file was answered ${status}`;
  if (status === 429 || status >= 500) return failed("transient", message);
  return failed(status === 401 || status === 403 ? "denied" : "gone", message);
}

const failed = (kind: "gone" | "denied" | "transient" | "elsewhere", message: string): FetchedMedia => ({
  ok: false,
  class: kind,
  message,
});

const discard = async ({ body }: Response): Promise<void> => await body?.cancel().catch(() => undefined);
