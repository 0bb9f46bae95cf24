import type { Capabilities, ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { SlackConfig, SlackSecrets } from "./slack/account.ts";
import { MAX_BUTTON_TITLE, MAX_BUTTONS, MAX_TEXT } from "./slack/blocks.ts";
import { challengeOf } from "./slack/body.ts";
import { connectSlack, disconnectSlack } from "./slack/connect.ts";
import { openSlackFile } from "./slack/media.ts";
import { parseSlackWebhook } from "./slack/parse.ts";
import { renderSlack } from "./slack/render.ts";
import { attendSlack, lookUpSlack, sendSlack } from "./slack/send.ts";
import { verifySlack } from "./slack/signature.ts";

const capabilities: Capabilities = {
  maxText: MAX_TEXT,
  maxButtons: MAX_BUTTONS,
  streams: false,
  typing: true,
  markdown: "full",
  ambiguous: { tier: "lookup" },
  maxBubbles: 6,
  rates: { person: { everyMs: 1_000, burst: 3 } },
};

/** Events API in, Web API out: https://docs.slack.dev */
export const slackSetup: ChannelSetup<SlackConfig, SlackSecrets> = {
  kind: "slack",
  label: { es: "Slack", en: "Slack" },
  capabilities,
  configSchema: SlackConfig,
  secretsSchema: SlackSecrets,
  connect: connectSlack,
  disconnect: disconnectSlack,
};

export const slackWebhook: ChannelWebhook<SlackConfig, SlackSecrets> = {
  kind: "slack",
  maxBodyBytes: 1_048_576,
  contentTypes: ["application/json", "application/x-www-form-urlencoded"],
  configSchema: SlackConfig,
  secretsSchema: SlackSecrets,
  verify: verifySlack,
  handshake: async (request) => {
    const challenge = request.method === "POST" ? challengeOf(request) : null;
    return challenge === null ? null : new Response(challenge, { headers: { "content-type": "text/plain" } });
  },
  parse: parseSlackWebhook,
  // Words in the answer to a command would be shown to whoever typed it.
  acknowledge: () => new Response(null, { status: 200 }),
};

export const slackSending: ChannelSending<SlackConfig, SlackSecrets> = {
  render: (answer) => renderSlack(answer, { ...capabilities, maxButtonTitle: MAX_BUTTON_TITLE }),
  send: sendSlack,
  lookup: lookUpSlack,
  attend: attendSlack,
  media: openSlackFile,
};
