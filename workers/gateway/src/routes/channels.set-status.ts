import { disableChannel, enableChannel } from "@charla/services/channels/disable";
import { ChannelOut } from "@charla/services/channels/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { channelPath } from "../schemas.ts";

const transition = (verb: "disable" | "enable", summary: string, run: typeof disableChannel) =>
  endpoint({
    id: `${verb}Channel`,
    tag: "channels",
    method: "post",
    path: `/v1/channels/{channelId}/${verb}`,
    summary,
    access: { who: "tenant", permission: "channels.write" },
    params: channelPath,
    body: z.strictObject({}),
    example: {},
    response: ChannelOut,
    handle: async ({ c, params }) => ({ body: await run(c.var.ctx, params.channelId) }),
  });

export const channelsDisable = transition(
  "disable",
  "Disconnect a channel: nothing comes in or goes out by it",
  disableChannel,
);
export const channelsEnable = transition("enable", "Connect a channel again", enableChannel);
