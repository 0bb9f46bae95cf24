import type { Language } from "../language.ts";
import * as words from "./docs-words.ts";
import type { OpenApiDocument } from "./openapi.ts";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

type Operation = OpenApiDocument["paths"][string][string];
type Group = {
  tag: OpenApiDocument["tags"][number];
  items: { method: string; path: string; operation: Operation }[];
};

/** Our texts know two marks: a code span and a blank line. */
const inline = (text: string): string => escape(text).replace(/`([^`]+)`/g, "<code>$1</code>");

class DocsPage {
  readonly #document: OpenApiDocument;
  readonly #language: Language;

  constructor(document: OpenApiDocument, language: Language) {
    this.#document = document;
    this.#language = language;
  }

  html(): string {
    const { info, tags, components } = this.#document;
    const language = this.#language;
    const { skip, menu, languages, home, schemas } = words.wordsOf(language);
    const operations = this.#operations();
    const groups = tags.map((tag): Group => ({
      tag,
      items: operations.filter(({ operation }) => operation.tags.includes(tag.name)),
    }));
    return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<a class="skip" href="#content">${skip}</a>
<header><p><a href="/">${home}</a> · <a href="/openapi.json">openapi.json</a></p>
<nav class="languages" aria-label="${languages}">${this.#switch("es", "Español")} ${this.#switch("en", "English")}</nav></header>
<nav class="menu" aria-label="${menu}"><ul>${groups.map((group) => this.#menu(group)).join("")}<li><a href="#schemas">${schemas}</a></li></ul></nav>
<main id="content" tabindex="-1">
<h1>${escape(info.title)} <small>${escape(info.version)}</small></h1>
${this.#paragraphs([words.introduction(language, this.#document)])}
${groups.map((group) => this.#group(group)).join("\n")}
<section aria-labelledby="schemas"><h2 id="schemas">${schemas}</h2>${Object.entries(components.schemas)
      .map(([name, schema]) => this.#json(name, schema, `schema-${name}`))
      .join("")}</section>
</main>
</body>
</html>`;
  }

  #operations(): Group["items"] {
    return Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    );
  }

  /** Only a text in another language than the page's has to say which. */
  #lang(text: words.Text): string {
    return text.language === this.#language ? "" : ` lang="${text.language}"`;
  }

  #span(text: words.Text): string {
    const lang = this.#lang(text);
    return lang === "" ? inline(text.text) : `<span${lang}>${inline(text.text)}</span>`;
  }

  #paragraphs(texts: words.Text[]): string {
    return texts
      .flatMap((text) => text.text.split("\n\n").map((part) => `<p${this.#lang(text)}>${inline(part)}</p>`))
      .join("");
  }

  #switch(language: Language, name: string): string {
    const current = language === this.#language ? ' aria-current="true"' : "";
    return `<a href="/docs?lang=${language}" lang="${language}" hreflang="${language}"${current}>${name}</a>`;
  }

  #menu({ tag, items }: Group): string {
    const entries = items.map(
      ({ operation }) =>
        `<li><a href="#${escape(operation.operationId)}">${this.#span(words.summaryOf(this.#language, operation))}</a></li>`,
    );
    const title = this.#span(words.groupTitle(this.#language, tag.name));
    return `<li><a href="#${escape(tag.name)}">${title}</a><ul>${entries.join("")}</ul></li>`;
  }

  #group({ tag, items }: Group): string {
    const id = escape(tag.name);
    const title = this.#span(words.groupTitle(this.#language, tag.name));
    const about = this.#paragraphs([words.groupDescription(this.#language, tag)]);
    return `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${about}${items.map((item) => this.#operation(item)).join("")}</section>`;
  }

  #operation({ method, path, operation }: Group["items"][number]): string {
    const { parameters, body, responses } = words.wordsOf(this.#language);
    return `<section class="operation" id="${escape(operation.operationId)}">
<h3>${this.#span(words.summaryOf(this.#language, operation))}</h3>
<p class="call"><span class="method ${method}">${method.toUpperCase()}</span> <code>${escape(path)}</code></p>
${this.#paragraphs(words.paragraphsOf(this.#language, operation))}
${this.#json(parameters, operation["parameters"])}${this.#json(body, operation["requestBody"])}${this.#json(responses, operation["responses"])}
</section>`;
  }

  /** What scrolls can be reached with the keyboard, and what is named elsewhere leads there. */
  #json(title: string, value: unknown, id?: string): string {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return "";
    const text = escape(JSON.stringify(value, null, 2)).replace(
      /&quot;#\/components\/schemas\/(\w+)&quot;/g,
      '&quot;<a href="#schema-$1">$1</a>&quot;',
    );
    const place = id === undefined ? "" : ` id="${escape(id)}"`;
    return `<details${place}><summary>${escape(title)}</summary><pre tabindex="0" role="group" aria-label="${escape(title)}" lang="en">${text}</pre></details>`;
  }
}

/** The reference as plain HTML: rendered from the document alone, readable without a script. */
export const docsPage = (document: OpenApiDocument, language: Language): string =>
  new DocsPage(document, language).html();
