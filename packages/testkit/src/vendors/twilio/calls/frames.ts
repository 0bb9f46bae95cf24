import * as z from "zod";

/** What an application may say over a ConversationRelay socket; anything else is answered with an `error` frame. */
export const ApplicationFrame = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("text"),
    token: z.string(),
    last: z.boolean(),
    lang: z.string().optional(),
    interruptible: z.boolean().optional(),
    preemptible: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal("play"),
    source: z.url(),
    loop: z.int().optional(),
    preemptible: z.boolean().optional(),
    interruptible: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal("sendDigits"), digits: z.string().regex(/^[0-9*#w]+$/) }),
  z.strictObject({
    type: z.literal("language"),
    ttsLanguage: z.string().optional(),
    transcriptionLanguage: z.string().optional(),
  }),
  z.strictObject({ type: z.literal("end"), handoffData: z.string().optional() }),
]);
export type ApplicationFrame = z.infer<typeof ApplicationFrame>;

/** What a voice would read out as signs. */
const UNSPEAKABLE = /[*_`#<>[\]|]|https?:\/\/|\p{Extended_Pictographic}/u;

export const isSpeakable = (token: string): boolean => !UNSPEAKABLE.test(token);
