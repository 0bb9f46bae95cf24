/**
 * Rows as one JSON parameter: D1 takes 100 bound parameters and every statement costs a parse, so a batch of any size is one
 * statement per table. Each row is an array in the order of `columns`.
 */
export type UpsertShape = {
  table: string;
  columns: readonly string[];
  key: readonly string[];
  /** Set on insert, never changed afterwards. */
  fixed?: readonly string[];
  /** A row only replaces one whose value in this column is smaller. */
  newerBy?: string;
  /** Column that keeps the state a row had before this write. */
  previousState?: string;
  returning?: readonly string[];
};

export function upsertSql({ table, columns, key, fixed = [], newerBy, previousState, returning }: UpsertShape): string {
  const values = columns.map((_, index) => `value->>${index}`).join(", ");
  const changed = columns.filter((column) => !key.includes(column) && !fixed.includes(column));
  const sets = changed.map((column) => `${column} = excluded.${column}`);
  if (previousState !== undefined) sets.push(`${previousState} = ${table}.state`);
  const guard = newerBy === undefined ? "" : ` WHERE excluded.${newerBy} > ${table}.${newerBy}`;
  const conflict = sets.length === 0 ? "DO NOTHING" : `DO UPDATE SET ${sets.join(", ")}${guard}`;
  const back = returning === undefined ? "" : ` RETURNING ${returning.join(", ")}`;
  // Without WHERE the parser takes ON CONFLICT for a join condition.
  return `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values} FROM json_each(?1) WHERE true ON CONFLICT (${key.join(", ")}) ${conflict}${back}`;
}

// D1 refuses a parameter above 2 MB; UTF-8 may need three bytes for a UTF-16 unit.
const MAX_PARAMETER_UNITS = 600_000;

/** The rows as JSON parameters, each small enough to be bound. */
export function jsonParameters(rows: readonly (readonly unknown[])[]): string[] {
  const parameters: string[] = [];
  let parts: string[] = [];
  let size = 0;
  for (const row of rows) {
    const part = JSON.stringify(row);
    if (size + part.length > MAX_PARAMETER_UNITS && parts.length > 0) {
      parameters.push(`[${parts.join(",")}]`);
      parts = [];
      size = 0;
    }
    parts.push(part);
    size += part.length + 1;
  }
  if (parts.length > 0) parameters.push(`[${parts.join(",")}]`);
  return parameters;
}
