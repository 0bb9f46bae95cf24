import type { Media } from "@charla/domain/inbound";
import { isAppError, messageOf } from "@charla/domain/errors";
import type { FetchedMedia, SendContext } from "../contract.ts";
import { authorizationOf, baseOf } from "./api.ts";
import type { TwilioAccount } from "./config.ts";

/** WhatsApp's limit at Twilio; MMS has less. */
export const MAX_MEDIA_BYTES = 16 * 1024 * 1024;
const MAX_HOPS = 3;
/** Twilio answers with a signed address at its content network or at S3. */
const HOSTS = [".twilio.com", ".twiliocdn.com", ".amazonaws.com"];

/** The password goes to Twilio's API alone; where it points to, the address itself is the permission. */
export async function fetchTwilioMedia(
  media: Media,
  account: TwilioAccount,
  context: SendContext,
): Promise<FetchedMedia> {
  try {
    return await follow(media.ref, account, context);
  } catch (error) {
    const refused = isAppError(error, "EGRESS_DENIED");
    return failed(refused ? "denied" : "transient", messageOf(error).slice(0, 300));
  }
}

async function follow(ref: string, account: TwilioAccount, context: SendContext): Promise<FetchedMedia> {
  const api = new URL(baseOf(account.config, "api"));
  let url = URL.parse(ref);
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    if (url === null || !isAllowed(url, api)) return failed("denied", "not an address of Twilio's media");
    const mine = isApi(url, api);
    const response = await context.fetch(url.href, {
      redirect: "manual",
      signal: context.signal,
      headers: mine ? { authorization: authorizationOf(account) } : {},
    });
    if (response.status < 300 || response.status >= 400) return await read(response);
    await discard(response);
    url = URL.parse(response.headers.get("location") ?? "", url.href);
  }
  return failed("denied", "too many redirects");
}

/** Only what is asked of the API itself; media of other regions stays at hosts of their own. */
function isApi(url: URL, api: URL): boolean {
  if (!url.pathname.startsWith("/2010-04-01/Accounts/")) return false;
  return url.origin === api.origin || (isPlainHttps(url) && /^api(\.[a-z0-9-]+)*\.twilio\.com$/.test(url.hostname));
}

function isAllowed(url: URL, api: URL): boolean {
  if (url.username !== "" || url.password !== "") return false;
  if (url.origin === api.origin) return true;
  // A stand-in on this machine keeps its files behind another port.
  if (api.protocol === "http:" && url.protocol === "http:" && url.hostname === api.hostname) return true;
  return isPlainHttps(url) && HOSTS.some((suffix) => url.hostname.endsWith(suffix));
}

const isPlainHttps = ({ protocol, port }: URL): boolean => protocol === "https:" && port === "";

async function read(response: Response): Promise<FetchedMedia> {
  const { status, headers, body } = response;
  if (status === 200 && body !== null) {
    const length = Number(headers.get("content-length") ?? NaN);
    const size = Number.isSafeInteger(length) && headers.get("content-encoding") === null ? length : undefined;
    if (size !== undefined && size > MAX_MEDIA_BYTES) {
      await discard(response);
      return failed("too_large", `${size} bytes`);
    }
    const mime = headers.get("content-type");
    return { ok: true, body, ...(mime !== null && { mime }), ...(size !== undefined && { size }) };
  }
  await discard(response);
  const message = `the media was answered ${status}`;
  if (status === 404 || status === 410) return failed("gone", message);
  return failed(status === 401 || status === 403 ? "denied" : "transient", message);
}

const failed = (reason: "gone" | "too_large" | "denied" | "transient", message: string): FetchedMedia => ({
  ok: false,
  class: reason,
  message,
});

const discard = async ({ body }: Response): Promise<void> => await body?.cancel().catch(() => undefined);
