import { namesIn } from "./archive.ts";
import { csvText } from "./csv.ts";
import { decodeText } from "./decode-text.ts";
import { DEFAULT_LIMITS, type DocumentText, type Limits, TextBudget, Unreadable } from "./document.ts";
import { docxText } from "./docx.ts";
import { htmlText } from "./html.ts";
import { pdfText } from "./pdf.ts";
import { sniff } from "./sniff.ts";
import { xlsxText } from "./xlsx.ts";

/**
 * The words of a document, found by what its bytes are, whatever it is called. What it was taken for is only asked where
 * bytes cannot tell: text whose lines are the rows of a table.
 */
export async function documentText(
  bytes: Uint8Array,
  limits: Limits = DEFAULT_LIMITS,
  takenFor = "",
): Promise<DocumentText> {
  const { family, mime } = sniff(bytes);
  if (family === "pdf") return await pdfText(bytes, limits);
  if (mime === "text/html") return htmlText(decodeText(bytes), limits);
  if (family === "text" && takenFor === "text/csv") return csvText(decodeText(bytes), limits);
  if (family === "text") return plainText(bytes, limits);
  if (family === "zip") {
    const names = namesIn(bytes);
    if (names.includes("word/document.xml")) return docxText(bytes, limits);
    if (names.includes("xl/workbook.xml")) return xlsxText(bytes, limits);
  }
  throw new Unreadable("unsupported", `documents of type ${mime} are not read`);
}

function plainText(bytes: Uint8Array, limits: Limits): DocumentText {
  const budget = new TextBudget(limits.maxChars);
  // A character is at most four bytes, so nothing beyond this can be kept.
  const most = limits.maxChars * 4 + 4;
  budget.add(decodeText(bytes.length > most ? wholeCharacters(bytes.subarray(0, most)) : bytes));
  if (bytes.length > most) budget.truncated = true;
  return budget.done();
}

/** Without a character that the cut went through. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  return ((bytes[end - 1] ?? 0) & 0xc0) === 0xc0 ? bytes.subarray(0, end - 1) : bytes.subarray(0, end);
}
