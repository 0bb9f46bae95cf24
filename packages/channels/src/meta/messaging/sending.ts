import type { Capabilities, ChannelSending } from "../../contract.ts";
import type { Flavour, MessagingConfig, MessagingSecrets } from "./account.ts";
import { attendMessaging } from "./attend.ts";
import type { AttachmentLimits } from "./file-limits.ts";
import { openMessagingMedia } from "./media.ts";
import { renderMessaging } from "./render.ts";
import { sendMessaging } from "./send.ts";

/** What goes out by Messenger and Instagram alike. */
export function messagingSending(
  flavour: Flavour,
  capabilities: Capabilities,
  files: AttachmentLimits,
): ChannelSending<MessagingConfig, MessagingSecrets> {
  const tracer = capabilities.ambiguous.tier === "callback";
  return {
    render: (answer) => renderMessaging(answer, capabilities, flavour.measure),
    send: (message, account, context) => sendMessaging(message, account, context, { tracer, files }),
    attend: attendMessaging,
    media: (media, account, context) => openMessagingMedia(flavour, media, account, context),
  };
}
