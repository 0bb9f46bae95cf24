import type { D1Database } from "@cloudflare/workers-types";

export type Database = D1Database;

/** Bindings of the pool are found by name, so what is found must be looked at before it is used. */
export function isDatabase(value: unknown): value is Database {
  return typeof value === "object" && value !== null && "prepare" in value && "batch" in value;
}

export function databaseOf(value: unknown): Database {
  if (!isDatabase(value)) throw new TypeError("Not a D1 database");
  return value;
}
