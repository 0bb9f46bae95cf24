import { AppError } from "@charla/domain/errors";
import { HAND_OVER_TOOL } from "@charla/domain/prompt-parts";
import type { AgentSettings } from "@charla/domain/release";
import { secretIn } from "@charla/domain/secret-text";
import { parseTemplate } from "@charla/domain/template";

type Field = { path: string; message: string };
/** Everything said to the model before the conversation; beyond it models forget the beginning, and every answer costs it all. */
const MOST_CHARACTERS = 60_000;

/** What an author wrote must be readable as a template and hold nothing that is not for everybody's eyes. */
export function checkTexts(settings: AgentSettings): void {
  const texts = textsOf(settings);
  const fields = texts.flatMap(([path, text]) => problemsOf(path, text));
  const characters = texts.reduce((sum, [, text]) => sum + text.length, 0);
  if (characters > MOST_CHARACTERS)
    fields.push({
      path: "settings",
      message: `All texts together have ${characters} characters; at most ${MOST_CHARACTERS}`,
    });
  for (const [index, { name }] of settings.tools.entries())
    if (name === HAND_OVER_TOOL)
      fields.push({ path: `settings.tools.${index}.name`, message: `${HAND_OVER_TOOL} is the platform's own` });
  if (fields.length > 0) throw new AppError("UNPROCESSABLE", "texts that cannot be used", { fields });
}

function problemsOf(path: string, text: string): Field[] {
  const secret = secretIn(text);
  const leak = secret === undefined ? [] : [`This looks like ${secret}: what an agent is told it can tell others`];
  return [...parseTemplate(text).problems, ...leak].map((message) => ({ path, message }));
}

function textsOf(settings: AgentSettings): [string, string][] {
  const { instructions, prompt = {}, guardrails = [], handoverRules = [], channels = {} } = settings;
  return [
    ["settings.instructions", instructions],
    ...Object.entries(prompt).map(([name, text]): [string, string] => [`settings.prompt.${name}`, text]),
    ...guardrails.flatMap(({ rule, answer }, index): [string, string][] => [
      [`settings.guardrails.${index}.rule`, rule],
      ...(answer === undefined ? [] : [[`settings.guardrails.${index}.answer`, answer] satisfies [string, string]]),
    ]),
    ...handoverRules.map(({ when }, index): [string, string] => [`settings.handoverRules.${index}.when`, when]),
    ...Object.entries(channels).map(([kind, words]): [string, string] => [
      `settings.channels.${kind}.instructions`,
      words.instructions,
    ]),
  ];
}
