import type { ChannelSetup } from "./contract.ts";
import { emailSetup } from "./email.ts";
import { httpSetup } from "./http.ts";
import { instagramSetup } from "./instagram.ts";
import { messengerSetup } from "./messenger.ts";
import { slackSetup } from "./slack.ts";
import { socketioSetup } from "./socketio.ts";
import { telegramSetup } from "./telegram.ts";
import { twilioSetup } from "./twilio.ts";
import { voiceSetup } from "./voice.ts";
import { webchatSetup } from "./webchat.ts";
import { whatsappSetup } from "./whatsapp.ts";

/** The sides of the channels that the gateway needs. */
export const setups = {
  email: emailSetup,
  http: httpSetup,
  instagram: instagramSetup,
  messenger: messengerSetup,
  slack: slackSetup,
  socketio: socketioSetup,
  telegram: telegramSetup,
  twilio: twilioSetup,
  voice: voiceSetup,
  webchat: webchatSetup,
  whatsapp: whatsappSetup,
} satisfies Record<string, ChannelSetup>;
