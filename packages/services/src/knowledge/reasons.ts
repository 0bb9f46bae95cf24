import type { DocumentError } from "@charla/domain/knowledge";

/** Why a document could not be read, for whoever uploaded it. */
export const reasonWords: Record<DocumentError, { es: string; en: string }> = {
  missing: {
    es: "El archivo ya no está. Súbelo otra vez.",
    en: "The file is gone. Upload it again.",
  },
  unsupported: {
    es: "Este tipo de archivo no se lee. Se leen PDF, Word (.docx), Excel (.xlsx), CSV, HTML, Markdown y texto.",
    en: "This kind of file is not read. PDF, Word (.docx), Excel (.xlsx), CSV, HTML, Markdown and text are.",
  },
  broken: {
    es: "El archivo está dañado. Ábrelo en tu ordenador, guárdalo de nuevo y súbelo otra vez.",
    en: "The file is damaged. Open it on your computer, save it anew and upload it again.",
  },
  locked: {
    es: "El archivo está protegido con contraseña. Quítasela y súbelo otra vez.",
    en: "The file is protected by a password. Remove it and upload the file again.",
  },
  empty: {
    es: "No hay texto en el archivo. Si son páginas escaneadas, pásalas antes por un reconocedor de texto.",
    en: "There is no text in the file. Scanned pages have to go through text recognition first.",
  },
  too_large: {
    es: "El archivo es demasiado grande. Pártelo en varios.",
    en: "The file is too large. Split it into several.",
  },
  interrupted: {
    es: "La lectura se interrumpió varias veces por un fallo nuestro. Vuelve a indexarlo.",
    en: "Reading was interrupted several times by a fault of ours. Index it again.",
  },
};
