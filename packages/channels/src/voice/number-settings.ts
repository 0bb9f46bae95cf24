import { textIn } from "../twilio/api.ts";
import type { VoiceAccount } from "./config.ts";

/** What a number does with calls: the names to set it by, and those it is read by. */
const SETTINGS = {
  VoiceUrl: "voice_url",
  VoiceMethod: "voice_method",
  VoiceFallbackUrl: "voice_fallback_url",
  VoiceFallbackMethod: "voice_fallback_method",
  VoiceApplicationSid: "voice_application_sid",
  TrunkSid: "trunk_sid",
  StatusCallback: "status_callback",
  StatusCallbackMethod: "status_callback_method",
};
export type NumberSettings = Record<keyof typeof SETTINGS, string>;
const NAMES = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];

/**
 * An application or a trunk would win over the address, so they are taken off. The fallback is the same address: what
 * failed once gets one more try.
 */
export const wantedSettings = ({ webhookUrl }: VoiceAccount): NumberSettings => ({
  VoiceUrl: webhookUrl,
  VoiceMethod: "POST",
  VoiceFallbackUrl: webhookUrl,
  VoiceFallbackMethod: "POST",
  VoiceApplicationSid: "",
  TrunkSid: "",
  StatusCallback: webhookUrl,
  StatusCallbackMethod: "POST",
});

export const settingsOf = (number: Record<string, unknown>): NumberSettings =>
  withValues((name) => textIn(number, SETTINGS[name]));

/** As they were before, or as those of a number that nobody has set up. */
export const settingsBefore = (previous: Record<string, string>): NumberSettings =>
  withValues((name) => previous[name] ?? (name.endsWith("Method") ? "POST" : ""));

export const differs = (found: NumberSettings, wanted: NumberSettings): boolean =>
  NAMES.some((name) => found[name] !== wanted[name]);

export const isOurs = (found: NumberSettings, { webhookUrl }: VoiceAccount): boolean => found.VoiceUrl === webhookUrl;

const withValues = (valueOf: (name: keyof typeof SETTINGS) => string): NumberSettings => ({
  VoiceUrl: valueOf("VoiceUrl"),
  VoiceMethod: valueOf("VoiceMethod"),
  VoiceFallbackUrl: valueOf("VoiceFallbackUrl"),
  VoiceFallbackMethod: valueOf("VoiceFallbackMethod"),
  VoiceApplicationSid: valueOf("VoiceApplicationSid"),
  TrunkSid: valueOf("TrunkSid"),
  StatusCallback: valueOf("StatusCallback"),
  StatusCallbackMethod: valueOf("StatusCallbackMethod"),
});
