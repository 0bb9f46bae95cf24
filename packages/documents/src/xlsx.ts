import { openArchive } from "./archive.ts";
import { type DocumentText, type Limits, TextBudget, Unreadable } from "./document.ts";
import { dateStyles, serialDate } from "./xlsx-dates.ts";
import { attributeOf, readXml } from "./xml.ts";

const WANTED =
  /^xl\/(?:workbook\.xml|_rels\/workbook\.xml\.rels|sharedStrings\.xml|styles\.xml|worksheets\/[^/]+\.xml)$/;

type Book = { strings: string[]; dates: ReadonlySet<number>; limits: Limits; rows: number };

/** Every sheet as lines of values with tabs between them, formulas by their last result. */
export function xlsxText(bytes: Uint8Array, limits: Limits): DocumentText {
  const files = openArchive(bytes, (name) => WANTED.test(name));
  const read = (name: string): string => new TextDecoder().decode(files.get(name) ?? new Uint8Array(0));
  if (!files.has("xl/workbook.xml")) throw new Unreadable("broken", "this is no spreadsheet");
  const book: Book = {
    strings: sharedStrings(read("xl/sharedStrings.xml")),
    dates: dateStyles(read("xl/styles.xml")),
    limits,
    rows: 0,
  };
  const budget = new TextBudget(limits.maxChars);
  for (const { name, file } of sheetsOf(read("xl/workbook.xml"), read("xl/_rels/workbook.xml.rels"))) {
    if (budget.full) break;
    budget.add(`# ${name}\n`);
    addSheet(read(file), book, budget);
    budget.add("\n");
  }
  if (budget.full) budget.truncated = true;
  return budget.done();
}

function sheetsOf(workbook: string, relations: string): { name: string; file: string }[] {
  const targets = new Map<string, string>();
  for (const event of readXml(relations)) {
    if (event.type !== "open" || event.name !== "Relationship") continue;
    const target = attributeOf(event.attributes, "Target") ?? "";
    targets.set(attributeOf(event.attributes, "Id") ?? "", target.startsWith("/") ? target.slice(1) : `xl/${target}`);
  }
  const sheets: { name: string; file: string }[] = [];
  for (const event of readXml(workbook)) {
    if (event.type !== "open" || event.name !== "sheet") continue;
    if ((attributeOf(event.attributes, "state") ?? "visible") !== "visible") continue;
    const file = targets.get(attributeOf(event.attributes, "r:id") ?? attributeOf(event.attributes, "id") ?? "");
    if (file !== undefined) sheets.push({ name: attributeOf(event.attributes, "name") ?? "", file });
  }
  return sheets;
}

function sharedStrings(xml: string): string[] {
  const strings: string[] = [];
  let text = "";
  let inText = false;
  let phonetic = 0;
  for (const event of readXml(xml)) {
    if (event.type === "text") {
      if (inText && phonetic === 0) text += event.text;
    } else if (event.type === "open") {
      if (event.name === "si") text = "";
      if (event.name === "t") inText = !event.empty;
      if (event.name === "rPh" && !event.empty) phonetic++;
      if (event.name === "si" && event.empty) strings.push("");
    } else {
      if (event.name === "t") inText = false;
      if (event.name === "rPh") phonetic--;
      if (event.name === "si") strings.push(text);
    }
  }
  return strings;
}

type Cell = { column: number; type: string; style: number; value: string };

function addSheet(xml: string, book: Book, budget: TextBudget): void {
  let row: string[] = [];
  let cell: Cell | null = null;
  let inValue = false;
  for (const event of readXml(xml)) {
    if (event.type === "text") {
      if (cell && inValue) cell.value += event.text;
    } else if (event.type === "open") {
      if (event.name === "row") row = [];
      else if (event.name === "c" && !event.empty) cell = cellOf(event.attributes, row.length);
      else if (event.name === "v" || event.name === "t") inValue = !event.empty;
    } else if (event.name === "v" || event.name === "t") inValue = false;
    else if (event.name === "c" && cell) {
      if (cell.column < MAX_COLUMNS) {
        while (row.length < cell.column) row.push("");
        row.push(shown(cell, book));
      }
      cell = null;
    } else if (event.name === "row" && row.some((value) => value !== "")) {
      if (++book.rows > book.limits.maxRows || budget.full) {
        budget.truncated = true;
        return;
      }
      budget.add(`${row.join("\t")}\n`);
    }
  }
}

const MAX_COLUMNS = 256;

function cellOf(attributes: string, next: number): Cell {
  const letters = /^[A-Z]{1,3}/.exec(attributeOf(attributes, "r") ?? "")?.[0];
  let column = next;
  if (letters !== undefined) {
    column = -1;
    for (const letter of letters) column = (column + 1) * 26 + letter.charCodeAt(0) - 65;
  }
  const type = attributeOf(attributes, "t") ?? "n";
  return { column, type, style: Number(attributeOf(attributes, "s") ?? 0), value: "" };
}

function shown({ type, style, value }: Cell, { strings, dates }: Book): string {
  if (type === "s") return oneLine(strings[Number(value)] ?? "");
  if (type === "b") return value === "1" ? "TRUE" : "FALSE";
  if (type === "n" && value !== "" && dates.has(style)) return serialDate(Number(value));
  // What floating point adds (0.1 + 0.2) was never in the sheet that a person saw.
  if (type === "n" && /\.\d{12,}/.test(value)) return String(Number(Number(value).toPrecision(12)));
  return oneLine(value);
}

const oneLine = (text: string): string => text.replaceAll(/[\t\r\n]+/g, " ").trim();
