import { type DocumentText, type Limits, TextBudget, Unreadable } from "./document.ts";

type Line = { str?: string; hasEOL?: boolean };

/** The reader is large and only some messages hold a PDF, so it is loaded when the first one does. */
export async function pdfText(bytes: Uint8Array, limits: Limits): Promise<DocumentText> {
  const { getDocumentProxy } = await import("unpdf");
  // The reader takes its input away from the caller.
  const document = await getDocumentProxy(bytes.slice(), { verbosity: 0 }).catch((error: unknown) => {
    const locked = error instanceof Error && error.name === "PasswordException";
    throw new Unreadable(locked ? "locked" : "broken", "this PDF cannot be opened", { cause: error });
  });
  try {
    const budget = new TextBudget(limits.maxChars);
    const pages = Math.min(document.numPages, limits.maxPages);
    for (let number = 1; number <= pages && !budget.full; number++) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      for (const { str = "", hasEOL } of items as Line[]) budget.add(hasEOL ? `${str}\n` : str);
      budget.add("\n\n");
      page.cleanup();
    }
    if (document.numPages > pages || budget.full) budget.truncated = true;
    return budget.done();
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable("broken", "a page of this PDF cannot be read", { cause: error });
  } finally {
    await document.destroy();
  }
}
