import { setups } from "@charla/channels/setups";
import { ChannelOut, UpdateChannelInput } from "@charla/services/channels/schemas";
import { updateChannel } from "@charla/services/channels/update";
import { endpoint } from "../endpoint.ts";
import { etagOf, ifMatch } from "../etag.ts";
import { channelPath } from "../schemas.ts";

export const channelsUpdate = endpoint({
  id: "updateChannel",
  tag: "channels",
  method: "patch",
  path: "/v1/channels/{channelId}",
  summary: "Change a channel",
  access: { who: "tenant", permission: "channels.write" },
  params: channelPath,
  body: UpdateChannelInput,
  example: { name: "CRM Valencia" },
  response: ChannelOut,
  handle: async ({ c, params, body }) => {
    const ifVersion = ifMatch(c.req.header("if-match"));
    const channel = await updateChannel(
      c.var.ctx,
      params.channelId,
      { ...body, ...(ifVersion === undefined ? {} : { ifVersion }) },
      setups,
    );
    return { body: channel, etag: etagOf(channel.version) };
  },
});
