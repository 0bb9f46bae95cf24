import { setups } from "@charla/channels/setups";
import { connectChannel, disconnectChannel } from "@charla/services/channels/connect";
import { ConnectionOut } from "@charla/services/channels/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { etagOf } from "../etag.ts";
import { outsideOf } from "../outside.ts";
import { channelPath } from "../schemas.ts";

type Told = { summary: string; description: string };

const step = (verb: "connect" | "disconnect", told: Told, run: typeof connectChannel) =>
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
    response: ConnectionOut,
    handle: async ({ c, params }) => {
      const { connection, version } = await run(c.var.ctx, params.channelId, setups, outsideOf(c.env));
      return { body: connection, etag: etagOf(version) };
    },
  });

export const channelsConnect = step(
  "connect",
  {
    summary: "Connect a channel to its vendor",
    description:
      "Does what the vendor's API lets be done, checks the rest and says in Spanish and English what is left. Can be repeated at any time: after a secret was rotated, or to see whether all is still well. What is wrong is in `checks`, not in the status; 409 where somebody else is connecting the channel or changed it meanwhile.",
  },
  connectChannel,
);
export const channelsDisconnect = step(
  "disconnect",
  {
    summary: "Disconnect a channel from its vendor",
    description:
      "Undoes what connecting did, so that the vendor no longer delivers here. The channel and its secrets stay.",
  },
  disconnectChannel,
);
