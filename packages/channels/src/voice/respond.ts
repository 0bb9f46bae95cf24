import type { CallStep } from "@charla/domain/call";
import { socketUrlOf } from "./admit.ts";
import type { VoiceAccount } from "./config.ts";
import { POLL_PARAM, QUESTION_PARAM } from "./parse.ts";
import { connectRelay, dial, gather, hangup, pause, redirect, say, twimlResponse } from "./twiml.ts";
import type { Element } from "./xml.ts";

const DIAL_SECONDS = 25;
const POLL_SECONDS = 1;

/** How the call goes on, as Twilio is told it. */
export function respondToCall(step: CallStep, callId: string, account: VoiceAccount): Response {
  return twimlResponse(...verbsOf(step, callId, account));
}

function verbsOf(step: CallStep, callId: string, account: VoiceAccount): Element[] {
  const { config, webhookUrl } = account;
  switch (step.do) {
    case "open_line":
      return [relayOf(step, callId, account)];
    case "listen": {
      const action = asking(webhookUrl, step.n);
      const { language, say: texts } = step;
      const { hints } = config;
      return [gather({ action, language, ...(hints !== undefined && { hints }) }, say(texts.join(" "), { language }))];
    }
    case "wait":
      return [...spoken(step), pause(POLL_SECONDS), redirect(asking(webhookUrl, step.n, true))];
    case "dial":
      return [
        ...spoken(step),
        dial(step.number, { action: webhookUrl, callerId: config.phoneNumber, timeout: DIAL_SECONDS }),
      ];
    case "hang_up":
      return [...spoken(step), hangup()];
    case "nothing":
      return [];
  }
}

const spoken = ({ say: texts, language }: { say: string[]; language: string }): Element[] =>
  texts.map((text) => say(text, { language }));

function asking(webhookUrl: string, n: number, polled = false): string {
  const query = new URLSearchParams({ [QUESTION_PARAM]: String(n), ...(polled && { [POLL_PARAM]: "1" }) });
  return `${webhookUrl}?${query.toString()}`;
}

function relayOf(
  { ticket, language, say: texts }: Extract<CallStep, { do: "open_line" }>,
  callId: string,
  account: VoiceAccount,
): Element {
  const { config, webhookUrl } = account;
  const { ttsProvider, voice, transcriptionProvider, speechModel, hints, interruptible, interruptSensitivity } = config;
  const greeting = texts.join(" ");
  return connectRelay({
    url: socketUrlOf(account, callId, ticket),
    action: webhookUrl,
    language,
    ...(config.detectLanguage && { transcriptionLanguage: "multi" }),
    ...(greeting !== "" && { welcomeGreeting: greeting, welcomeGreetingInterruptible: interruptible }),
    ...(language === config.language && { ttsProvider, voice, transcriptionProvider, speechModel }),
    hints,
    interruptible,
    interruptSensitivity,
    dtmfDetection: true,
    // So that somebody who speaks for long is not taken for silent.
    partialPrompts: true,
    languages: languagesOf(config),
  });
}

/** Every language the call may change to is announced with its voice, the first one among them. */
function languagesOf({
  language,
  languages,
  ttsProvider,
  voice,
  transcriptionProvider,
  speechModel,
}: VoiceAccount["config"]) {
  if (languages.length === 0) return [];
  const first = { code: language, ttsProvider, voice, transcriptionProvider, speechModel };
  const others = languages.filter(({ code }) => code !== language);
  return [first, ...others.map(({ key: _key, ...one }) => one)];
}
