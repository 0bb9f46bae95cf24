import type { ChannelForm, ChannelWebhook } from "../../contract.ts";
import { handshakeMeta } from "../handshake.ts";
import { verifyMeta } from "../signature.ts";
import type { Flavour, MessagingConfig, MessagingSecrets } from "./account.ts";
import { parseMessaging } from "./parse.ts";

/** What comes in by Messenger and Instagram alike. */
export function messagingWebhook(
  form: ChannelForm<MessagingConfig, MessagingSecrets>,
  flavour: Flavour,
): ChannelWebhook<MessagingConfig, MessagingSecrets> {
  return {
    ...form,
    maxBodyBytes: 3_145_728,
    contentTypes: ["application/json"],
    handshake: (request, { secrets }) => handshakeMeta(request, secrets.verifyTokens),
    verify: (request, { secrets }) => verifyMeta(request, secrets.appSecrets),
    parse: (request, account, now) => parseMessaging(flavour, request, account, now),
  };
}
