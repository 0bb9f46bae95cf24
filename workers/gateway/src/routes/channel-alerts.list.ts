import { listChannelAlerts } from "@charla/services/channel-health/list-alerts";
import { ChannelAlertOut, ListChannelAlertsInput } from "@charla/services/channel-health/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { pageOf } from "../page.ts";

export const channelAlertsList = endpoint({
  id: "listChannelAlerts",
  tag: "channels",
  method: "get",
  path: "/v1/channel-alerts",
  summary: "List what was found wrong with channels",
  description:
    "One alert per trouble and episode: it closes by itself when the channel is proven to work again. `GET /v1/notices` says who is told by mail.",
  access: { who: "tenant", permission: "channels.read" },
  query: z.strictObject(ListChannelAlertsInput.shape),
  response: pageOf(ChannelAlertOut),
  handle: async ({ c, query }) => ({ body: await listChannelAlerts(c.var.ctx, query) }),
});
