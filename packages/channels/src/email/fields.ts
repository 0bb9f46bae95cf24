import { isRecord } from "../json-body.ts";

/** Readers of the vendors' JSON. */
export type Fields = Record<string, unknown>;

export const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});
export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
export const recordsOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isRecord) : []);
/** What stands for a thing in an address or a header of ours. */
export const idOf = (value: unknown): string | undefined =>
  typeof value === "string" && /^[\w.:-]{1,200}$/.test(value) ? value : undefined;
