import { attributeOf, readXml } from "./xml.ts";

/** Numbers of formats that every spreadsheet program knows as dates or times. */
const BUILT_IN = [14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47];
const DAY_MS = 86_400_000;
/** Day 0 as all programs count it, with the 29th of February 1900 that never was. */
const EPOCH_MS = Date.UTC(1899, 11, 30);

/** Styles of cells whose number is an instant. */
export function dateStyles(xml: string): ReadonlySet<number> {
  const formats = new Set<number>(BUILT_IN);
  const styles = new Set<number>();
  let inCells = false;
  let index = 0;
  for (const event of readXml(xml)) {
    if (event.type === "text") continue;
    if (event.name === "cellXfs") inCells = event.type === "open" && !event.empty;
    if (event.type !== "open") continue;
    if (event.name === "numFmt" && isDateFormat(attributeOf(event.attributes, "formatCode") ?? ""))
      formats.add(Number(attributeOf(event.attributes, "numFmtId")));
    if (event.name === "xf" && inCells) {
      if (formats.has(Number(attributeOf(event.attributes, "numFmtId")))) styles.add(index);
      index++;
    }
  }
  return styles;
}

/** Letters of years, days and hours outside quotes, brackets and escapes. */
const isDateFormat = (code: string): boolean =>
  /[ydhs]|m{1,4}[/.-]/i.test(code.replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, "").replaceAll(/general/gi, ""));

export function serialDate(serial: number): string {
  const ms = EPOCH_MS + Math.round(serial * DAY_MS);
  if (!Number.isFinite(serial) || Math.abs(ms) > 8.64e15) return String(serial);
  const iso = new Date(ms).toISOString();
  if (serial >= 0 && serial < 1) return iso.slice(11, 16);
  return Number.isInteger(serial) ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}
