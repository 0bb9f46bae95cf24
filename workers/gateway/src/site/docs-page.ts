import type { OpenApiDocument } from "./openapi.ts";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

type Operation = OpenApiDocument["paths"][string][string];

const json = (title: string, value: unknown): string =>
  value === undefined
    ? ""
    : `<details><summary>${title}</summary><pre>${escape(JSON.stringify(value, null, 2))}</pre></details>`;

function operationHtml(method: string, path: string, operation: Operation): string {
  return `<section class="operation" id="${escape(operation.operationId)}">
<h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${escape(path)}</code></h3>
<p class="summary">${escape(operation.summary)}</p>
<p>${escape(operation.description).replaceAll("\n\n", "</p><p>")}</p>
${json("Parameters", operation.parameters)}${json("Body", operation.requestBody)}${json("Responses", operation.responses)}
</section>`;
}

function operationsOf({ paths }: OpenApiDocument): { method: string; path: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
}

/** The reference as plain HTML: rendered from the document alone, readable without a script. */
export function docsPage(document: OpenApiDocument): string {
  const operations = operationsOf(document);
  const groups = document.tags.map(({ name, description }) => ({
    name,
    description,
    items: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const menu = groups.map(
    ({ name, items }) =>
      `<li><a href="#${escape(name)}">${escape(name)}</a><ul>${items.map(({ operation }) => `<li><a href="#${escape(operation.operationId)}">${escape(operation.summary)}</a></li>`).join("")}</ul></li>`,
  );
  const sections = groups.map(
    ({ name, description, items }) =>
      `<section><h2 id="${escape(name)}">${escape(name)}</h2><p>${escape(description)}</p>${items.map(({ method, path, operation }) => operationHtml(method, path, operation)).join("")}</section>`,
  );
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${escape(name)}"><summary>${escape(name)}</summary><pre>${escape(JSON.stringify(schema, null, 2))}</pre></details>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(document.info.title)}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<nav aria-label="Operations"><p><a href="/">Charla</a> · <a href="/openapi.json">openapi.json</a></p><ul>${menu.join("")}<li><a href="#schemas">Schemas</a></li></ul></nav>
<main>
<h1>${escape(document.info.title)} <small>${escape(document.info.version)}</small></h1>
<p>${escape(document.info.description).replaceAll("\n\n", "</p><p>")}</p>
${sections.join("\n")}
<section><h2 id="schemas">Schemas</h2>${schemas.join("")}</section>
</main>
</body>
</html>`;
}
