import { setups } from "@charla/channels/setups";
import { disableChannel, enableChannel } from "@charla/services/channels/disable";
import { ChannelOut } from "@charla/services/channels/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { channelPath } from "../schemas.ts";

type Told = { summary: string; description: string };

const transition = (verb: "disable" | "enable", told: Told, run: typeof disableChannel) =>
  endpoint({
    id: `${verb}Channel`,
    tag: "channels",
    method: "post",
    path: `/v1/channels/{channelId}/${verb}`,
    ...told,
    access: { who: "tenant", permission: "channels.write" },
    params: channelPath,
    body: z.strictObject({}),
    example: {},
    response: ChannelOut,
    handle: async ({ c, params }) => ({ body: await run(c.var.ctx, params.channelId, setups) }),
  });

export const channelsDisable = transition(
  "disable",
  {
    summary: "Disable a channel: nothing comes in or goes out by it",
    description:
      "The vendor is not told: while `connection.connected` is true it goes on delivering here, and is refused. Disconnect the channel first to end that.",
  },
  disableChannel,
);
export const channelsEnable = transition(
  "enable",
  { summary: "Enable a channel again", description: "One that was disconnected has to be connected again, too." },
  enableChannel,
);
