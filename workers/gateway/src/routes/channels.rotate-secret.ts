import { setups } from "@charla/channels/setups";
import { rotateChannelSecret } from "@charla/services/channels/rotate-secret";
import { ChannelWithSecrets, RotateSecretInput } from "@charla/services/channels/schemas";
import { endpoint } from "../endpoint.ts";
import { channelPath } from "../schemas.ts";

export const channelsRotateSecret = endpoint({
  id: "rotateChannelSecret",
  tag: "channels",
  method: "post",
  path: "/v1/channels/{channelId}/rotate-secret",
  summary: "Give a channel a new secret",
  description:
    "The new secret is shown once. Where a channel accepts two, the one before stays valid until the next rotation. Connect the channel again to tell the vendor.",
  access: { who: "tenant", permission: "channels.write" },
  params: channelPath,
  body: RotateSecretInput,
  example: {},
  response: ChannelWithSecrets,
  handle: async ({ c, params, body }) => ({
    body: await rotateChannelSecret(c.var.ctx, { channelId: params.channelId, ...body }, setups),
  }),
});
