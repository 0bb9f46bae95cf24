/**
 * What an author may write into a text: `{{ contact.name }}`, or `{{ contact.name or "friend" }}` for when there is none.
 * No code, no loops, no nesting: whatever is not a known variable is refused when it is saved. `\{{` is two braces.
 */
export const VARIABLES = {
  "agent.name": "The agent's name",
  "tenant.name": "The name of the account",
  "contact.name": "The person's name as they gave it; may be missing",
  "contact.language": "The language their app or profile names, such as `es`; may be missing",
  channel: "Where the conversation takes place, such as `whatsapp`",
  "date.today": "The date in words, in the agent's language",
  "date.iso": "The date as 2026-11-21",
  "date.weekday": "The day of the week in words",
  "date.time": "The time as 17:05; changes the prompt every minute, so that providers cannot reuse it",
} as const;

export type Variable = keyof typeof VARIABLES;
export type TemplatePart = string | { variable: Variable; fallback: string };
export type Template = readonly TemplatePart[];
export type TemplateValues = (variable: Variable) => string | undefined;

const OPENING = /\\?\{\{/gu;
const INSIDE = /^\s*([\p{L}\p{N}_.]+)(?:\s+or\s+"([^"]*)")?\s*$/u;
const MAX_PROBLEMS = 5;

const isVariable = (name: string): name is Variable => Object.hasOwn(VARIABLES, name);

/** What cannot be read stays as it was written, and is named. */
export function parseTemplate(text: string): { parts: Template; problems: string[] } {
  const parts: TemplatePart[] = [];
  const problems: string[] = [];
  const problem = (what: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(what);
  };
  let done = 0;
  for (const { 0: sign, index } of text.matchAll(OPENING)) {
    if (index < done) continue;
    parts.push(text.slice(done, index));
    done = index + sign.length;
    if (sign.startsWith("\\")) {
      parts.push("{{");
      continue;
    }
    const end = text.indexOf("}}", done);
    const inside = end < 0 ? null : INSIDE.exec(text.slice(done, end));
    const [, name = "", fallback = ""] = inside ?? [];
    if (inside !== null && isVariable(name)) {
      parts.push({ variable: name, fallback });
      done = end + 2;
      continue;
    }
    parts.push(sign);
    if (end < 0) {
      problem("`{{` is never closed by `}}`; write `\\{{` for two braces");
      break;
    }
    if (inside === null)
      problem(`\`{{${shown(text.slice(done, end))}}}\` is no variable; write \`\\{{\` for two braces`);
    else problem(`Unknown variable ${shown(name)}; there are ${Object.keys(VARIABLES).join(", ")}`);
  }
  parts.push(text.slice(done));
  return { parts: parts.filter((part) => part !== ""), problems };
}

const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** Values are put in as they are and never read as a template again. */
export const renderTemplate = (template: Template, values: TemplateValues): string =>
  template.map((part) => (typeof part === "string" ? part : values(part.variable) || part.fallback)).join("");

export const usesTime = (template: Template): boolean =>
  template.some((part) => typeof part === "object" && part.variable.startsWith("date."));

/** What the author wrote themselves; where a value would stand the sentence breaks off. */
export const literalsOf = (template: Template): string =>
  template.map((part) => (typeof part === "string" ? part : "\n")).join("");
