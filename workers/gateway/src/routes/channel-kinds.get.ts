import { setups } from "@charla/channels/setups";
import { getChannelKind } from "@charla/services/channel-kinds/get";
import { ChannelKindOut } from "@charla/services/channel-kinds/schemas";
import { endpoint } from "../endpoint.ts";
import { channelKindPath } from "../schemas.ts";

export const channelKindsGet = endpoint({
  id: "getChannelKind",
  tag: "channels",
  method: "get",
  path: "/v1/channel-kinds/{kind}",
  summary: "Read a kind of channel",
  access: { who: "tenant", permission: "channels.read" },
  params: channelKindPath,
  response: ChannelKindOut,
  handle: async ({ c, params }) => ({ body: getChannelKind(c.var.ctx, params.kind, setups) }),
});
