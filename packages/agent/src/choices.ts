type Choice = { id: string; title: string };

const ITEM = /^ {0,3}[-*+] \[[ xX]?\] +(\S.*?)\s*$/;
const MAX_CHOICES = 20;
const MAX_ID = 200;

/**
 * A Markdown task list that closes an answer offers choices: any model can write one, and where a channel has no buttons
 * it is still a readable list.
 */
export function choicesOf(answer: string): { text: string; buttons?: Choice[] } {
  const lines = answer.trimEnd().split("\n");
  let from = lines.length;
  while (from > 0 && ITEM.test(lines[from - 1] ?? "")) from--;
  const titles = [...new Set(lines.slice(from).map(titleOf))].filter((title) => title !== "");
  const text = lines.slice(0, from).join("\n").trimEnd();
  // Without a word before them there is no question to choose an answer to.
  if (titles.length === 0 || titles.length > MAX_CHOICES || text === "") return { text: answer };
  return { text, buttons: titles.map((title) => ({ id: title.slice(0, MAX_ID).toWellFormed(), title })) };
}

const titleOf = (line: string): string => (ITEM.exec(line)?.[1] ?? "").replaceAll(/[*_`~]{1,3}/g, "").trim();

/** The answer as the model wrote it, for when it reads the conversation again. */
export function withChoices(text: string, buttons: readonly Choice[] | undefined): string {
  if (buttons === undefined || buttons.length === 0) return text;
  return `${text}\n\n${buttons.map(({ title }) => `- [ ] ${title}`).join("\n")}`;
}
