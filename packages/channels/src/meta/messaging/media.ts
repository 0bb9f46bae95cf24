import type { Media } from "@charla/domain/inbound";
import type { FetchedMedia, SendContext } from "../../contract.ts";
import { download } from "../download.ts";
import type { Flavour, MessagingAccount } from "./account.ts";

/** Public addresses that expire, so no token goes there. */
export function openMessagingMedia(
  { mediaHosts }: Pick<Flavour, "mediaHosts">,
  { ref }: Media,
  { config }: MessagingAccount,
  context: SendContext,
): Promise<FetchedMedia> {
  return download({ url: ref, hosts: [...mediaHosts, new URL(config.apiUrl).host] }, context);
}
