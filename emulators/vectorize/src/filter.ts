import type { Condition, Metadata, Scalar } from "./contract.ts";
import { VectorizeError } from "./errors.ts";

const OPERATORS: ReadonlySet<string> = new Set(["$eq", "$ne", "$lt", "$lte", "$gt", "$gte", "$in", "$nin"]);
const MAX_FILTER_BYTES = 2048;

const isOperator = (value: string): value is Condition["operator"] => OPERATORS.has(value);
const isScalar = (value: unknown): value is Scalar =>
  value === null || ["string", "number", "boolean"].includes(typeof value);
const bad = (detail: string) => new VectorizeError("QUERY", 40026, `invalid filter: ${detail}`);

function condition(path: string, operator: string, operand: unknown): Condition {
  if (!isOperator(operator)) throw bad(`unknown operator ${operator}`);
  const listed = operator === "$in" || operator === "$nin";
  if (listed && Array.isArray(operand) && operand.every(isScalar)) return { path, operator, operand };
  if (!listed && isScalar(operand)) return { path, operator, operand };
  throw bad(`${operator} of "${path}" needs ${listed ? "an array of values" : "a single value"}`);
}

/** A filter as a list of conditions that must all hold; a plain value means equality. */
export function readFilter(filter: unknown): Condition[] {
  if (filter === undefined || filter === null) return [];
  if (typeof filter !== "object" || Array.isArray(filter)) throw bad("expected an object");
  if (new TextEncoder().encode(JSON.stringify(filter)).length > MAX_FILTER_BYTES)
    throw bad(`max size is ${MAX_FILTER_BYTES} bytes`);
  return Object.entries(filter).flatMap(([path, wanted]: [string, unknown]) => {
    if (path === "" || path.startsWith("$") || path.includes('"')) throw bad(`invalid property "${path}"`);
    if (typeof wanted !== "object" || wanted === null) return [condition(path, "$eq", wanted)];
    return Object.entries(wanted).map(([operator, operand]) => condition(path, operator, operand));
  });
}

export const valueAt = (metadata: Metadata | null, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null) return undefined;
    const found: unknown = Reflect.get(value, key);
    return found;
  }, metadata);

function compares(value: unknown, operand: Condition["operand"], test: (order: number) => boolean): boolean {
  if (typeof value === "number" && typeof operand === "number") return test(value - operand);
  if (typeof value === "string" && typeof operand === "string")
    return test(value < operand ? -1 : value > operand ? 1 : 0);
  return false;
}

function holds({ operator, operand }: Condition, value: unknown): boolean {
  const same = (wanted: unknown) => value === wanted || (wanted === null && value === undefined);
  switch (operator) {
    case "$eq":
      return same(operand);
    case "$ne":
      return !same(operand);
    case "$in":
      return Array.isArray(operand) && operand.some(same);
    case "$nin":
      return Array.isArray(operand) && !operand.some(same);
    case "$lt":
      return compares(value, operand, (order) => order < 0);
    case "$lte":
      return compares(value, operand, (order) => order <= 0);
    case "$gt":
      return compares(value, operand, (order) => order > 0);
    case "$gte":
      return compares(value, operand, (order) => order >= 0);
  }
}

export const matches = (conditions: readonly Condition[], metadata: Metadata | null): boolean =>
  conditions.every((wanted) => holds(wanted, valueAt(metadata, wanted.path)));
