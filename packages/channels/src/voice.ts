import type { Capabilities, ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { asMarkdown, renderMarkdown } from "./markdown/render.ts";
import { TwilioSecrets } from "./twilio/config.ts";
import { verifyTwilio } from "./twilio/signature.ts";
import { admitCall } from "./voice/admit.ts";
import { VoiceConfig } from "./voice/config.ts";
import { connectVoice } from "./voice/connect.ts";
import { disconnectVoice } from "./voice/disconnect.ts";
import { momentOf, parseCall } from "./voice/parse.ts";
import { writeRelayFrame } from "./voice/relay-actions.ts";
import { readRelayFrame } from "./voice/relay-events.ts";
import { respondToCall } from "./voice/respond.ts";
import { lineSettings } from "./voice/settings.ts";
import { SpeechInPieces } from "./voice/speech-flow.ts";

const capabilities: Capabilities = {
  // Nobody listens to more than some minutes at a stretch.
  maxText: 4_000,
  maxButtons: 0,
  streams: true,
  typing: false,
  markdown: "none",
  // What is spoken goes by the call's own socket, or as the answer to the vendor's next question.
  ambiguous: { tier: "own" },
  maxBubbles: 2,
};

/** Telephone calls through Twilio. */
export const voiceSetup: ChannelSetup<VoiceConfig, TwilioSecrets> = {
  kind: "voice",
  label: { es: "Teléfono (Twilio)", en: "Telephone (Twilio)" },
  capabilities,
  configSchema: VoiceConfig,
  secretsSchema: TwilioSecrets,
  connect: connectVoice,
  disconnect: disconnectVoice,
};

export const voiceWebhook: ChannelWebhook<VoiceConfig, TwilioSecrets> = {
  kind: "voice",
  maxBodyBytes: 131_072,
  contentTypes: ["application/x-www-form-urlencoded", "application/json"],
  configSchema: VoiceConfig,
  secretsSchema: TwilioSecrets,
  verify: (request, account) => verifyTwilio(request, account.secrets.authTokens),
  parse: parseCall,
  calls: { admit: admitCall, momentOf, respond: respondToCall },
};

export const voiceSending: ChannelSending<VoiceConfig, TwilioSecrets> = {
  render: (answer) => renderMarkdown(answer, capabilities, asMarkdown),
  manner:
    "The person is on the telephone and hears what you write. Answer in one to three short sentences of plain words, without lists, tables, links or emoji; name choices in a sentence. What they say was heard by a machine: ask when it makes no sense.",
  line: {
    settings: lineSettings,
    read: readRelayFrame,
    write: writeRelayFrame,
    speech: (language) => new SpeechInPieces(language),
  },
};
