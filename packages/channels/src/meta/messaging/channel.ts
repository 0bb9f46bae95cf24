import type { Capabilities, Channel } from "../../contract.ts";
import { handshakeMeta, newVerifyToken } from "../handshake.ts";
import { verifyMeta } from "../signature.ts";
import { type Flavour, type MessagingConfig, MessagingSecrets } from "./account.ts";
import { attendMessaging } from "./attend.ts";
import { connectMessaging, disconnectMessaging } from "./connect.ts";
import { openMessagingMedia } from "./media.ts";
import { parseMessaging } from "./parse.ts";
import { renderMessaging } from "./render.ts";
import { sendMessaging } from "./send.ts";

type Shared = Omit<Channel<MessagingConfig, MessagingSecrets>, "kind" | "label" | "configSchema">;

/** All that Messenger and Instagram do alike. */
export function messagingChannel(flavour: Flavour, capabilities: Capabilities): Shared {
  const tracer = capabilities.ambiguous.tier === "callback";
  return {
    capabilities,
    maxBodyBytes: 3 * 1_048_576,
    contentTypes: ["application/json"],
    secretsSchema: MessagingSecrets,
    generateSecrets: () => ({ verifyTokens: [newVerifyToken()] }),
    handshake: (request, { secrets }) => handshakeMeta(request, secrets.verifyTokens),
    verify: (request, { secrets }) => verifyMeta(request, secrets.appSecrets),
    parse: (request, account, now) => parseMessaging(flavour, request, account, now),
    render: (answer) => renderMessaging(answer, capabilities, flavour.measure),
    send: (message, account, context) => sendMessaging(message, account, context, { tracer }),
    attend: attendMessaging,
    media: (media, account, context) => openMessagingMedia(flavour, media, account, context),
    connect: (account, context) => connectMessaging(flavour, account, context),
    disconnect: disconnectMessaging,
  };
}
