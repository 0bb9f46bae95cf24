import * as z from "zod";
import type { Account } from "../contract.ts";
import { E164, sid, type TwilioSecrets } from "../twilio/config.ts";

const LanguageCode = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/, "A language such as es-ES")
  .describe("es-ES, en-US…");
const name = z.string().min(1).max(120).optional();
const words = z.string().min(1).max(500).optional();

const voice = {
  ttsProvider: z
    .enum(["ElevenLabs", "Google", "Amazon"])
    .optional()
    .describe("Who speaks; Twilio's choice where empty"),
  voice: name.describe("The voice's name at that provider"),
  transcriptionProvider: z.enum(["Deepgram", "Google"]).optional().describe("Who listens"),
  speechModel: name,
};

export const VoiceConfig = z.object({
  accountSid: sid("AC").describe("Account SID, as the Twilio console shows it"),
  phoneNumber: E164.describe("The Twilio number that people call"),
  mode: z
    .enum(["relay", "gather"])
    .default("relay")
    .describe("Live conversation (ConversationRelay), or turn by turn for Twilio accounts without it"),
  language: LanguageCode.default("es-ES").describe("Language that calls begin in"),
  languages: z
    .array(z.object({ code: LanguageCode, key: z.string().regex(/^\d$/).optional(), ...voice }))
    .max(10)
    .default([])
    .describe("Further languages; the call changes to one when it is spoken or its key is pressed"),
  ...voice,
  hints: z.string().max(2000).optional().describe("Names and words that are hard to understand, separated by commas"),
  detectLanguage: z
    .boolean()
    .default(false)
    .describe("Listen for all languages at once, where the provider of transcription can"),
  greeting: words.describe("First sentence of a call"),
  interruptible: z.enum(["none", "dtmf", "speech", "any"]).default("any").describe("What stops the agent's voice"),
  interruptSensitivity: z.enum(["low", "medium", "high"]).default("high"),
  filler: words.describe("Said while something is looked up"),
  fillerAfterMs: z.int().min(200).max(10_000).default(800),
  stillThere: words.describe("Said into a silence"),
  goodbye: words.describe("Said before the call is ended for silence"),
  silenceSeconds: z.number().min(1).max(120).default(8).describe("Silence after which the person is asked"),
  silences: z.int().min(0).max(10).default(2).describe("How often the person is asked before the call is ended"),
  handOverNumber: E164.optional().describe("Telephone of the person who takes over"),
  handOverKey: z
    .string()
    .regex(/^[0-9*#]$/)
    .optional()
    .describe("Key with which the caller asks for a person"),
  microsPerMinute: z
    .int()
    .min(0)
    .max(10_000_000)
    .default(0)
    .describe("What a minute on the line costs, in millionths of your currency, for the record of the call"),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .default("https://api.twilio.com")
    .describe("Twilio's API; another region has its own address"),
  previous: z
    .record(z.string(), z.string())
    .optional()
    .describe("Settings of the number found when connecting; disconnecting puts them back"),
});
export type VoiceConfig = z.infer<typeof VoiceConfig>;

export type VoiceAccount = Account<VoiceConfig, TwilioSecrets>;
