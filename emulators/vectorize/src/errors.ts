export type Operation = "INSERT" | "UPSERT" | "QUERY" | "GET" | "DELETE";

/** The text is what callers see from the binding and what they classify by. */
export class VectorizeError extends Error {
  readonly code: number;

  constructor(operation: Operation, code: number, detail: string) {
    super(`VECTOR_${operation}_ERROR (code = ${code}): ${detail}`);
    this.name = "VectorizeError";
    this.code = code;
  }
}
