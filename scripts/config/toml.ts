type Scalar = string | number | boolean;
export type TomlValue = Scalar | TomlValue[] | TomlTable | undefined;
export type TomlTable = { [key: string]: TomlValue };

const isTable = (value: TomlValue): value is TomlTable => typeof value === "object" && !Array.isArray(value);

const isTableList = (value: TomlValue): value is TomlTable[] =>
  Array.isArray(value) && value.length > 0 && value.every(isTable);

const entries = (table: TomlTable): [string, TomlValue][] =>
  Object.entries(table).filter(([, value]) => value !== undefined);

function inline(value: TomlValue): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (isTable(value)) {
    const fields = entries(value).map(([key, field]) => `${key} = ${inline(field)}`);
    return `{ ${fields.join(", ")} }`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

const assignments = (table: TomlTable, keep: (value: TomlValue) => boolean): string[] =>
  entries(table)
    .filter(([, value]) => keep(value))
    .map(([key, value]) => `${key} = ${inline(value)}`);

/**
 * Writes a table as TOML. Tables become sections and lists of tables become repeated sections; whatever is nested
 * inside a repeated section is written inline, which keeps every binding readable as one block.
 */
export function toToml(table: TomlTable, path: string[] = []): string[] {
  const lines = assignments(table, (value) => !isTable(value) && !isTableList(value));
  for (const [key, value] of entries(table)) {
    const name = [...path, key].join(".");
    if (isTableList(value)) {
      for (const item of value) lines.push("", `[[${name}]]`, ...assignments(item, () => true));
    } else if (isTable(value)) {
      const body = toToml(value, [...path, key]);
      const hasOwnFields = body.length > 0 && body[0] !== "";
      lines.push(...(hasOwnFields ? ["", `[${name}]`] : []), ...body);
    }
  }
  return lines;
}
