import { setups } from "@charla/channels/setups";
import { listChannels } from "@charla/services/channels/list";
import { ChannelOut } from "@charla/services/channels/schemas";
import { endpoint } from "../endpoint.ts";
import { pageOf, PageQuery } from "../page.ts";

export const channelsList = endpoint({
  id: "listChannels",
  tag: "channels",
  method: "get",
  path: "/v1/channels",
  summary: "List channels",
  access: { who: "tenant", permission: "channels.read" },
  query: PageQuery,
  response: pageOf(ChannelOut),
  handle: async ({ c, query }) => ({ body: await listChannels(c.var.ctx, query, setups) }),
});
