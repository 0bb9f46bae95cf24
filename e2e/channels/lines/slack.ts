import { post, SlackPhone } from "@charla/testkit/vendors/slack/phone";
import { type Reception, SlackServer } from "@charla/testkit/vendors/slack/server";

import type { System } from "../../system.ts";
import { furnishShop, nextSerial } from "./furnish.ts";
import { type Hitch, Hitches, type Line } from "./line.ts";

const RECEPTIONS: Record<Hitch, Reception> = {
  throttled: { refuse: { error: "ratelimited", status: 429, headers: { "retry-after": "1" } } },
  lost: { how: "cut" },
  closed: {},
};

/** Direct messages to the app. */
export async function slackLine(system: System): Promise<Line> {
  const vendor = await SlackServer.start();
  const hitches = new Hitches(RECEPTIONS);
  vendor.reception = ({ team, method }) => (method === "chat.postMessage" ? hitches.next(team.teamId) : {});
  const open: Line["open"] = async (script) => {
    const team = vendor.newWorkspace(`linea${nextSerial()}`);
    const { channelId, webhookUrl, model } = await furnishShop(system, script, {
      kind: "slack",
      config: { apiUrl: vendor.apiUrl, teamId: team.teamId, botUserId: team.botUserId },
      secrets: { botToken: team.token, signingSecrets: [team.signingSecret] },
    });
    team.url = webhookUrl;
    return {
      channelId,
      model,
      person: () => {
        const phone = new SlackPhone(vendor, team, team.directMessage());
        return {
          write: (text) => phone.say(text).then(() => undefined),
          again: async () => (await phone.redeliver()).status,
          received: () => team.received(phone.channel).map(({ text }) => text),
          leave: () => phone.say("stop").then(() => undefined),
          comeBack: () => phone.say("alta").then(() => undefined),
        };
      },
      forge: async () => {
        const body = { raw: '{"type":"event_callback"}', type: "application/json" as const };
        return (await post(team, body, undefined, "f".repeat(32))).status;
      },
      hitch: (...planned) => hitches.plan(team.teamId, planned),
    };
  };
  return {
    open,
    lostIsShown: 1,
    tellsTime: false,
    hasWindow: false,
    problems: () => vendor.problems,
    close: () => vendor.close(),
  };
}
