import type { JsonSchema } from "./chat-request.ts";
import { contentStems, meaningOf } from "./words.ts";

const MAX_REFERENCES = 8;

/** Follow references, merge `allOf` and take the first branch that is not null, so that the filler sees one plain schema. */
export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let current = schema;
  for (let i = 0; i < MAX_REFERENCES; i++) {
    if (current.$ref !== undefined) {
      const name = current.$ref.split("/").at(-1) ?? "";
      const target = current.$ref === "#" ? root : (root.$defs?.[name] ?? root.definitions?.[name]);
      if (!target) return {};
      current = { ...target, description: current.description ?? target.description };
    } else if (current.anyOf ?? current.oneOf) {
      const branch = (current.anyOf ?? current.oneOf)?.find((option) => option.type !== "null");
      current = { description: current.description, ...branch };
    } else if (current.allOf) {
      const { allOf, ...rest } = current;
      const parts = allOf.map((branch) => resolve(branch, root));
      current = {
        ...Object.assign({}, ...parts, rest),
        properties: Object.assign({}, ...parts.map((branch) => branch.properties), rest.properties),
        required: [...parts, rest].flatMap((branch) => branch.required ?? []),
      };
    } else return current;
  }
  return current;
}

export const allowsNull = (schema: JsonSchema): boolean =>
  schema.type === "null" ||
  (Array.isArray(schema.type) && schema.type.includes("null")) ||
  (schema.enum?.includes(null) ?? false) ||
  (schema.anyOf ?? schema.oneOf ?? []).some((option) => option.type === "null");

export function typeOf(schema: JsonSchema): string {
  const type = Array.isArray(schema.type) ? schema.type.find((candidate) => candidate !== "null") : schema.type;
  if (type !== undefined) return type;
  if (schema.properties) return "object";
  return schema.items ? "array" : "string";
}

/** "orderId" and "order_id" are "order id". */
export const spaced = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_\-.]+/g, " ");

const OTHERWISE = /^(?:other|otros?|otras?|none|ningun[oa]?|unknown|desconocido|general|neutral|n\/?a|misc)$/i;

const SIGNS: readonly (readonly [RegExp, RegExp])[] = [
  [
    /^(?:positiv[eoa]|happy|satisfied|bueno?)$/i,
    /\b(?:gracias|genial|perfecto|excelente|encanta\w*|feliz|content[oa]|thanks?|great|love|excellent|happy|perfect|good|awesome)\b/i,
  ],
  [
    /^(?:negativ[eoa]|angry|unhappy|malo?|complaint|queja)$/i,
    /\b(?:mal[oa]?|horrible|p[eé]sim[oa]|enfadad[oa]|fatal|roto|rota|queja|nunca llega|bad|terrible|awful|angry|hate|broken|worst|never arrived|unacceptable|inaceptable)\b/i,
  ],
  [
    /^(?:high|alta?|urgent[e]?|critical|cr[ií]tic[oa])$/i,
    /\b(?:urgente?|urgently|ya mismo|inmediat\w+|immediately|asap|emergenc\w+|cuanto antes|right now)\b/i,
  ],
  [/^(?:es|spanish|espa[nñ]ol|castellano)$/i, /[ñ¿¡]|\b(?:el|la|que|hola|gracias|es|mi|pedido)\b/i],
  [/^(?:en|english|ingl[eé]s)$/i, /\b(?:the|is|hello|thanks|my|what|i|order)\b/i],
];

export interface Choice {
  value: unknown;
  score: number;
}

/** The member of an enumeration nearest to a text; a description such as "billing: invoices, payments" helps when it exists. */
export function choose(options: readonly unknown[], text: string, description = ""): Choice {
  const heard = meaningOf(text);
  const scored = options.map((value): Choice => {
    const name = spaced(String(value));
    const hint =
      description
        .split(/[;\n]|(?<=\.)\s/)
        .find((line) => line.trim().toLowerCase().startsWith(String(value).toLowerCase())) ?? "";
    const said = meaningOf(`${name} ${hint}`);
    let score = 0;
    for (const word of contentStems(name)) if (heard.stems.has(word)) score += 2;
    for (const word of said.stems) if (heard.stems.has(word)) score += 1;
    for (const concept of said.concepts) if (heard.concepts.has(concept)) score += 1;
    for (const [option, sign] of SIGNS) if (option.test(String(value)) && sign.test(text)) score += 1.5;
    return { value, score };
  });
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a), { value: undefined, score: 0 });
  if (best.score > 0) return best;
  return {
    value: options.find((value) => OTHERWISE.test(String(value))) ?? options.find((value) => value !== null) ?? null,
    score: 0,
  };
}
