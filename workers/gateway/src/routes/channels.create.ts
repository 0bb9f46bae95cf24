import { setups } from "@charla/channels/setups";
import { createChannel } from "@charla/services/channels/create";
import { ChannelWithSecrets, CreateChannelInput } from "@charla/services/channels/schemas";
import { endpoint } from "../endpoint.ts";

export const channelsCreate = endpoint({
  id: "createChannel",
  tag: "channels",
  method: "post",
  path: "/v1/channels",
  summary: "Create a channel",
  description:
    "Secrets that the platform makes are shown in this answer and never again. Connecting it to its vendor is the next step.",
  access: { who: "tenant", permission: "channels.write" },
  body: CreateChannelInput,
  example: {
    kind: "http",
    name: "CRM",
    agentId: "agt_01kbd0mz3v7q2x9c4f6g8h1j5k",
    config: { callbackUrl: "https://crm.example.com/charla" },
  },
  response: ChannelWithSecrets,
  status: 201,
  handle: async ({ c, body }) => {
    const channel = await createChannel(c.var.ctx, body, setups);
    return { body: channel, location: `/v1/channels/${channel.id}` };
  },
});
