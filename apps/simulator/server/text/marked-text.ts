import type { Mark, Span } from "../../shared/protocol.ts";

type Rule = { pattern: RegExp; read: (match: RegExpExecArray) => { text: string; mark?: Mark; href?: string } };

const edge = "(?<![\\p{L}\\p{N}])";
const end = "(?![\\p{L}\\p{N}])";
const between = (sign: string): RegExp => new RegExp(`${edge}${sign}(?=\\S)([^\\n${sign}]*\\S)${sign}${end}`, "u");

const URL_RULE: Rule = {
  pattern: /https?:\/\/[^\s<>"«»]*[^\s<>"«».,;:!?)\]]/,
  read: ([url]) => ({ text: url, href: url }),
};
const WRITTEN: Rule[] = [
  { pattern: /```\n?([^]*?)\n?```/, read: ([, text = ""]) => ({ text, mark: "code" }) },
  { pattern: /`([^`\n]+)`/, read: ([, text = ""]) => ({ text, mark: "code" }) },
  { pattern: between("\\*"), read: ([, text = ""]) => ({ text, mark: "bold" }) },
  { pattern: between("_"), read: ([, text = ""]) => ({ text, mark: "italic" }) },
  { pattern: between("~"), read: ([, text = ""]) => ({ text, mark: "strike" }) },
];
const SLACK_LINK: Rule = {
  pattern: /<(https?:[^|>]+|mailto:[^|>]+)(?:\|([^>]+))?>/,
  read: ([, href = "", text = href]) => ({ text, href }),
};

/** Reads the rules one after the other where each first applies; what is inside of code is left alone. */
function spansBy(rules: readonly Rule[], text: string, marks: Mark[] = []): Span[] {
  const hits = rules.flatMap((rule) => {
    const match = rule.pattern.exec(text);
    return match === null ? [] : [{ rule, match }];
  });
  const [first] = hits.toSorted((a, b) => a.match.index - b.match.index);
  const plain = (piece: string): Span[] => (piece === "" ? [] : [{ text: piece, ...(marks.length > 0 && { marks }) }]);
  if (first === undefined) return plain(text);
  const { index } = first.match;
  const { text: inner, mark, href } = first.rule.read(first.match);
  const within = mark === undefined ? marks : [...marks, mark];
  const middle: Span[] =
    mark === undefined || mark === "code"
      ? [{ text: inner, ...(within.length > 0 && { marks: within }), ...(href !== undefined && { href }) }]
      : spansBy(rules, inner, within);
  return [
    ...plain(text.slice(0, index)),
    ...middle,
    ...spansBy(rules, text.slice(index + first.match[0].length), marks),
  ];
}

/** https://faq.whatsapp.com/539178204879377: as the app shows what is written between its signs. */
export const whatsAppText = (text: string): Span[] => spansBy([...WRITTEN, URL_RULE], text);

/** https://docs.slack.dev/messaging/formatting-message-text */
export const slackText = (text: string): Span[] =>
  spansBy([SLACK_LINK, ...WRITTEN], text).map((span) => ({ ...span, text: unescaped(span.text) }));

const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export const plainText = (text: string): Span[] => spansBy([URL_RULE], text);
