/** What a container or plain text holds, by the ending of its name; the bytes alone cannot tell. */
const BY_ENDING: Record<string, Record<string, string>> = {
  "application/zip": {
    docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    odt: "application/vnd.oasis.opendocument.text",
    ods: "application/vnd.oasis.opendocument.spreadsheet",
  },
  "application/x-ole-storage": {
    doc: "application/msword",
    xls: "application/vnd.ms-excel",
    ppt: "application/vnd.ms-powerpoint",
  },
  "text/plain": { csv: "text/csv", ics: "text/calendar", vcf: "text/vcard", md: "text/markdown" },
};

export function mimeOf(sniffed: string, name: string): string {
  const ending = /\.([A-Za-z0-9]{2,5})$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return BY_ENDING[sniffed]?.[ending] ?? sniffed;
}

/** What runs on the computer of whoever opens it. */
const PROGRAMS = new Set(["application/vnd.microsoft.portable-executable", "application/x-elf"]);

export const isProgram = (mime: string): boolean => PROGRAMS.has(mime);
