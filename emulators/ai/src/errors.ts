/** The shape of the binding's own failures: `message` begins with the internal code, which callers parse. */
export class AiError extends Error {
  readonly code: number;
  readonly httpStatus: number;

  constructor(code: number, description: string, httpStatus = 400) {
    super(`${code}: ${description}`);
    this.name = "AiError";
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

export const noSuchModel = (model: string): AiError => new AiError(5007, `No such model ${model} or task`);

export const badInput = (detail: string): AiError => new AiError(5006, `Error: ${detail}`);

export const contextExceeded = (tokens: number, limit: number): AiError =>
  new AiError(
    5021,
    `The estimated number of input and maximum output tokens (${tokens}) exceeded this model context window limit (${limit}).`,
    413,
  );

/** What the service answers over HTTP, and what `returnRawResponse` therefore hands out. */
export function errorResponse(error: unknown): Response {
  const known =
    error instanceof AiError ? error : new AiError(3000, error instanceof Error ? error.message : String(error), 500);
  const description = known.message.slice(String(known.code).length + 2);
  const body = {
    success: false,
    internalCode: known.code,
    name: known.name,
    description,
    errors: [{ code: known.code, message: `${known.name}: ${description}` }],
  };
  return Response.json(body, { status: known.httpStatus });
}
