import type { Hono } from "hono";
import type { AppEnv } from "./app-env.ts";

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split("/")
      .map((part) => (part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
      .join("/")}$`,
  );

const tables = new WeakMap<object, { method: string; pattern: RegExp }[]>();

function tableOf(app: Pick<Hono<AppEnv>, "routes">): { method: string; pattern: RegExp }[] {
  const known = tables.get(app);
  if (known !== undefined) return known;
  // Middleware is registered for all methods and says nothing about which of them exist.
  const table = app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  tables.set(app, table);
  return table;
}

/** The methods under which a path exists; none for an unknown path. */
export function allowedMethods(app: Pick<Hono<AppEnv>, "routes">, path: string): string[] {
  const methods = new Set(
    tableOf(app)
      .filter(({ pattern }) => pattern.test(path))
      .map(({ method }) => method),
  );
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods].toSorted();
}
