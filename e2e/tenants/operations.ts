import { at } from "@charla/testkit/charla/api";
import { newId } from "@charla/domain/ids";

/** `query` holds what must be there; its values do not matter here. */
export type Operation = { method: string; path: string; query: string; example: unknown; isSocket: boolean };

/** The admin API as it describes itself, so that a route that comes tomorrow is tested too. */
export async function operationsOf(url: string): Promise<Operation[]> {
  const document: unknown = await (await fetch(`${url}/openapi.json`)).json();
  return entriesOf(at(document, "paths")).flatMap(([path, methods]) =>
    entriesOf(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      query: queryOf(at(operation, "parameters")),
      example: at(operation, "requestBody", "content", "application/json", "example"),
      isSocket: at(operation, "responses", "101") !== undefined,
    })),
  );
}

const queryOf = (parameters: unknown): string =>
  (Array.isArray(parameters) ? parameters : [])
    .filter((one) => at(one, "in") === "query" && at(one, "required") === true)
    .map((one) => `&${String(at(one, "name"))}=x`)
    .join("")
    .replace("&", "?");

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

/** What is not an id but a number within one. */
const NUMBERS = new Set(["turn", "seq", "n"]);
const ID = /^([a-z]{2,3})_[0-9a-z]{26}$/;
const PARAMETER = /\{(\w+)\}/g;

/** Ids of the same kinds that nothing ever had. */
export function neverExisted(ids: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ids).map(([name, id]) => {
      if (NUMBERS.has(name)) return [name, id];
      if (name === "conversationId") return [name, `cnv_${crypto.randomUUID().replaceAll("-", "").repeat(2)}`];
      return [name, `${id.split("_")[0]}_${newId("event").split("_")[1]}`];
    }),
  );
}

/** Fails for a parameter of which nobody has an id, so that a new kind of resource cannot be left out. */
export function filled(
  { path, query, example }: Operation,
  ids: Record<string, string>,
): { path: string; body: unknown } {
  const idOf = (name: string): string => {
    const id = ids[name];
    if (id === undefined) throw new Error(`no {${name}} to try ${path} with`);
    return id;
  };
  const byPrefix = new Map(Object.values(ids).map((id) => [id.split("_")[0], id]));
  const text = JSON.stringify(example ?? {}, (_, value: unknown) =>
    typeof value === "string" ? (byPrefix.get(ID.exec(value)?.[1]) ?? value) : value,
  );
  return { path: path.replace(PARAMETER, (_, name: string) => idOf(name)) + query, body: JSON.parse(text) };
}

/** What the platform offers to everybody alike, by name. */
const CATALOGUE = "{kind}";

/** Whether a request names a resource, in its path or its body. */
export const names = ({ path, example }: Operation): boolean =>
  path.replace(CATALOGUE, "").includes("{") || /"[a-z]{2,3}_[0-9a-z]{26}"/.test(JSON.stringify(example ?? {}));
