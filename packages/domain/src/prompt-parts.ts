import * as z from "zod";

const text = (most: number): z.ZodOptional<z.ZodString> => z.string().max(most).optional();

/** What an author says to the model, by what it is for; every text may hold variables. */
export const PromptSections = z.strictObject({
  objective: text(4_000).describe("What the agent is there for, and when it has done it"),
  context: text(20_000).describe("What it must know: the business, its customers, its words"),
  format: text(4_000).describe("How answers look: length, lists, order"),
  tone: text(2_000).describe("How it sounds, and how it addresses people"),
  warnings: text(8_000).describe("What goes wrong easily, and what to do instead"),
});
export type PromptSections = z.infer<typeof PromptSections>;

const name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);

/** A rule that holds whatever anybody says; `answer` is what is said instead. */
export const Guardrail = z.strictObject({
  name,
  rule: z.string().min(1).max(1_000),
  answer: z.string().min(1).max(1_000).optional().describe("Said instead, word by word"),
});
export type Guardrail = z.infer<typeof Guardrail>;

/** The platform's own tool by which an agent asks for a person; no other may have its name. */
export const HAND_OVER_TOOL = "hand_over";

/** A situation in which the model asks for a person by itself. */
export const HandoverRule = z.strictObject({
  name,
  when: z.string().min(1).max(500).describe("A situation, as a person would describe it"),
});
export type HandoverRule = z.infer<typeof HandoverRule>;

/** What differs on one kind of channel. */
export const ChannelWords = z.strictObject({
  instructions: z.string().max(8_000).describe("Said in addition where the conversation takes place there"),
});

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, "Not a time zone: write it like Europe/Madrid")
  .describe("Of every date the agent is told, such as `Europe/Madrid`");

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export const answersIn = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z]{2,8})?$/)
  .describe("Language of every answer, such as `es`; the person's own where it is left out");

/** Everything an author says to the model, in one object of the agent's settings. */
export const promptSettings = {
  prompt: PromptSections.optional(),
  guardrails: z.array(Guardrail).max(50).optional(),
  handoverRules: z
    .array(HandoverRule)
    .max(20)
    .optional()
    .describe("Where it is given, the agent asks for a person in these situations, and when somebody wants one"),
  channels: z.record(name, ChannelWords).optional().describe("By kind of channel, such as `whatsapp`"),
  answersIn: answersIn.optional(),
  timeZone: timeZone.optional(),
};
