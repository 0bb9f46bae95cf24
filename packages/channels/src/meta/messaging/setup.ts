import type { Capabilities, ChannelForm, ChannelSetup } from "../../contract.ts";
import { newVerifyToken } from "../handshake.ts";
import type { Flavour, MessagingConfig, MessagingSecrets } from "./account.ts";
import { connectMessaging, disconnectMessaging } from "./connect.ts";

type Form = ChannelForm<MessagingConfig, MessagingSecrets>;

/** What Messenger and Instagram do alike to be set up. */
export function messagingSetup(
  form: Form,
  label: ChannelSetup["label"],
  flavour: Flavour,
  capabilities: Capabilities,
): ChannelSetup<MessagingConfig, MessagingSecrets> {
  return {
    ...form,
    label,
    capabilities,
    generateSecrets: () => ({ verifyTokens: [newVerifyToken()] }),
    connect: (account, context) => connectMessaging(flavour, account, context),
    disconnect: disconnectMessaging,
  };
}
