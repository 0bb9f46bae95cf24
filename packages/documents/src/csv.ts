import { type DocumentText, type Limits, TextBudget } from "./document.ts";

const MAX_COLUMNS = 256;

/** Rows as lines of values with tabs between them, like those of a spreadsheet. */
export function csvText(source: string, limits: Limits): DocumentText {
  const budget = new TextBudget(limits.maxChars);
  let rows = 0;
  for (const cells of rowsOf(source, separatorOf(source))) {
    if (cells.every((cell) => cell === "")) continue;
    if (++rows > limits.maxRows || budget.full) {
      budget.truncated = true;
      break;
    }
    budget.add(`${cells.slice(0, MAX_COLUMNS).join("\t")}\n`);
  }
  return budget.done();
}

/** The one that the first line has most of; Spanish programs write semicolons, because their numbers have commas. */
function separatorOf(source: string): string {
  const [first = ""] = source.replaceAll(/"(?:[^"]|"")*"/g, "").split(/\r?\n/, 1);
  const counts = [";", "\t", ",", "|"].map((mark) => ({ mark, count: first.split(mark).length }));
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).mark;
}

function* rowsOf(source: string, separator: string): Generator<string[]> {
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < source.length; at++) {
    const letter = source.charAt(at);
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (source.charAt(at + 1) === '"') cell += source.charAt(++at);
      else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === separator || letter === "\n") {
      row.push(oneLine(cell));
      cell = "";
      if (letter === "\n") {
        yield row;
        row = [];
      }
    } else cell += letter;
  }
  if (cell !== "" || row.length > 0) yield [...row, oneLine(cell)];
}

const oneLine = (text: string): string => text.replaceAll(/[\t\r\n]+/g, " ").trim();
