/** What the Bot API answers with `ok: false`. */
export class ApiError extends Error {
  readonly code: number;
  readonly parameters: { retry_after?: number; migrate_to_chat_id?: number } | undefined;

  constructor(code: number, description: string, parameters?: ApiError["parameters"]) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

export const badRequest = (description: string, parameters?: ApiError["parameters"]): ApiError =>
  new ApiError(400, `Bad Request: ${description}`, parameters);
