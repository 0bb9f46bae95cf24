import { getChannelHealth } from "@charla/services/channel-health/get";
import { ChannelHealthOut } from "@charla/services/channel-health/schemas";
import { endpoint } from "../endpoint.ts";
import { channelPath } from "../schemas.ts";

export const channelsHealth = endpoint({
  id: "getChannelHealth",
  tag: "channels",
  method: "get",
  path: "/v1/channels/{channelId}/health",
  summary: "How a channel is doing: its rhythm, its last hour, what is wrong with it",
  access: { who: "tenant", permission: "channels.read" },
  params: channelPath,
  response: ChannelHealthOut,
  handle: async ({ c, params }) => ({ body: await getChannelHealth(c.var.ctx, params.channelId) }),
});
