import { setups } from "@charla/channels/setups";
import { listChannelKinds } from "@charla/services/channel-kinds/list";
import { ChannelKindOut } from "@charla/services/channel-kinds/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";

export const channelKindsList = endpoint({
  id: "listChannelKinds",
  tag: "channels",
  method: "get",
  path: "/v1/channel-kinds",
  summary: "List the kinds of channels",
  description: "All that a form for a new channel is drawn from. The list is short and comes whole.",
  access: { who: "tenant", permission: "channels.read" },
  response: z.object({ data: z.array(ChannelKindOut) }),
  handle: async ({ c }) => ({ body: { data: listChannelKinds(c.var.ctx, setups) } }),
});
