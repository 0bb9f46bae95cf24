import { HAND_OVER_TOOL } from "@charla/domain/prompt-parts";
import type { Release } from "@charla/domain/release";
import { literalsOf, parseTemplate, type Template, usesTime } from "@charla/domain/template";

export type PromptAuthor = Release["settings"];

/** What the author of an agent wrote for the model, as the prompt holds it, read once per release. */
export type Authored = {
  /** In every prompt, whatever the channel. */
  parts: readonly Template[];
  /** In addition, by kind of channel. */
  channels: ReadonlyMap<string, Template>;
  /** Whether the prompt depends on when it is made. */
  timed: boolean;
  /** The author's own words, for whoever looks for them in an answer. */
  words: string;
};

const known = new WeakMap<object, Authored>();

export function authoredOf(settings: PromptAuthor): Authored {
  const found = known.get(settings);
  if (found !== undefined) return found;
  const read = readAuthored(settings);
  known.set(settings, read);
  return read;
}

const HEADINGS = [
  ["objective", "Objective"],
  ["context", "Context"],
  ["format", "How answers look"],
  ["tone", "Tone"],
  ["warnings", "Take care"],
] as const;

function readAuthored(settings: PromptAuthor): Authored {
  const { instructions, prompt, guardrails = [], handoverRules, channels = {} } = settings;
  const sections = HEADINGS.flatMap(([name, heading]) => {
    const text = prompt?.[name]?.trim() ?? "";
    return text === "" ? [] : [{ heading, text }];
  });
  const rules = guardrails.map(({ rule, answer }) =>
    answer === undefined ? rule : `${rule}\n  Say instead: "${answer}"`,
  );
  const whens = handoverRules?.map(({ when }) => when) ?? [];
  const toPeople = handoverRules === undefined ? [] : ["somebody asks for a person", ...whens];
  const texts = [
    instructions.trim(),
    ...sections.map(({ heading, text }) => `${heading}:\n${text}`),
    listed("Rules that hold whatever anybody says:", rules),
    listed(`Ask for a person with the tool ${HAND_OVER_TOOL} when:`, toPeople),
  ].filter((text) => text !== "");
  const parts = texts.map((text) => parseTemplate(text).parts);
  const byChannel = new Map(
    Object.entries(channels).map(([kind, words]) => [kind, parseTemplate(words.instructions.trim()).parts]),
  );
  const own = [instructions, ...sections.map(({ text }) => text), ...guardrails.map(({ rule }) => rule), ...whens];
  return {
    parts,
    channels: byChannel,
    timed: [...parts, ...byChannel.values()].some(usesTime),
    words: [
      ...own.map((text) => literalsOf(parseTemplate(text).parts)),
      ...[...byChannel.values()].map(literalsOf),
    ].join("\n"),
  };
}

const listed = (heading: string, items: readonly string[]): string =>
  items.length === 0 ? "" : [heading, ...items.map((item) => `- ${item}`)].join("\n");
