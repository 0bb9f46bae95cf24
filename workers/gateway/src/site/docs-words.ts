import type { Language } from "../language.ts";
import * as spanish from "./docs-spanish.ts";
import type { OpenApiDocument } from "./openapi.ts";

type Operation = OpenApiDocument["paths"][string][string];

/** A text with the language it is in: what has no translation yet is shown as it is and says so to screen readers. */
export type Text = { text: string; language: Language };

const chrome = {
  es: {
    skip: "Saltar al contenido",
    menu: "Operaciones",
    languages: "Idioma",
    home: "Inicio",
    parameters: "Parámetros",
    body: "Cuerpo",
    responses: "Respuestas",
    schemas: "Esquemas",
  },
  en: {
    skip: "Skip to the content",
    menu: "Operations",
    languages: "Language",
    home: "Home",
    parameters: "Parameters",
    body: "Body",
    responses: "Responses",
    schemas: "Schemas",
  },
} as const;

export const wordsOf = (language: Language): (typeof chrome)[Language] => chrome[language];

const either = (language: Language, translated: string | undefined, original: string): Text =>
  language === "es" && translated !== undefined
    ? { text: translated, language }
    : { text: original, language: language === "es" ? "en" : language };

export const introduction = (language: Language, { info }: OpenApiDocument): Text =>
  either(language, spanish.description, info.description);

export const groupTitle = (language: Language, name: string): Text =>
  either(language, spanish.tags[name]?.title, `${name.slice(0, 1).toUpperCase()}${name.slice(1).replaceAll("-", " ")}`);

export const groupDescription = (language: Language, { name, description }: OpenApiDocument["tags"][number]): Text =>
  either(language, spanish.tags[name]?.description, description);

export const summaryOf = (language: Language, { operationId, summary }: Operation): Text =>
  either(language, spanish.operations[operationId]?.summary, summary);

/** The last paragraph, which every operation has, says who may call it. */
export function paragraphsOf(language: Language, { operationId, description }: Operation): Text[] {
  const paragraphs = description.split("\n\n");
  const need = paragraphs.pop() ?? "";
  const told = paragraphs.join("\n\n");
  const own = told === "" ? [] : [either(language, spanish.operations[operationId]?.description, told)];
  const permission = need
    .replace(/^Needs the permission (`[^`]+`)\.$/, "Necesita el permiso $1.")
    .replace(/^Needs the platform key\.$/, "Necesita la clave de la plataforma.");
  return [...own, either(language, permission === need ? undefined : permission, need)];
}
