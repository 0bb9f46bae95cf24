import { setups } from "@charla/channels/setups";
import { getChannel } from "@charla/services/channels/get";
import { ChannelOut } from "@charla/services/channels/schemas";
import { endpoint } from "../endpoint.ts";
import { etagOf } from "../etag.ts";
import { channelPath } from "../schemas.ts";

export const channelsGet = endpoint({
  id: "getChannel",
  tag: "channels",
  method: "get",
  path: "/v1/channels/{channelId}",
  summary: "Read a channel",
  access: { who: "tenant", permission: "channels.read" },
  params: channelPath,
  response: ChannelOut,
  handle: async ({ c, params }) => {
    const channel = await getChannel(c.var.ctx, params.channelId, setups);
    return { body: channel, etag: etagOf(channel.version) };
  },
});
