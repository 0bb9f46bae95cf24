export type ApiAnswer = { status: number; headers: Headers; json: unknown };

export class ApiError extends Error {
  readonly status: number;
  constructor(what: string, status: number, text: string) {
    super(`${what}: ${status} ${text.slice(0, 500)}`);
    this.name = "ApiError";
    this.status = status;
  }
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The admin API as any client sees it; nothing is known of the Workers behind it. */
export class Api {
  readonly #base: string;
  readonly #key: string;
  readonly #fetch: Fetch;

  constructor(base: string, key: string, send: Fetch = (url, init) => fetch(url, init)) {
    this.#base = base;
    this.#key = key;
    this.#fetch = send;
  }

  withKey(key: string): Api {
    return new Api(this.#base, key, this.#fetch);
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    const response = await this.#fetch(`${this.#base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text === "" ? null : parse(text) };
  }

  get(path: string): Promise<unknown> {
    return this.#ok("GET", path);
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<unknown> {
    return this.#ok("POST", path, body, headers);
  }

  async #ok(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<unknown> {
    const { status, json } = await this.request(method, path, body, headers);
    if (status >= 300) throw new ApiError(`${method} ${path}`, status, JSON.stringify(json));
    return json;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Reads a value out of an answer by its path, and says what was there when it is missing. */
export function at(answer: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    answer,
  );
}

export function textAt(answer: unknown, ...path: (string | number)[]): string {
  const value = at(answer, ...path);
  if (typeof value !== "string")
    throw new Error(`no text at ${path.join(".")} in ${JSON.stringify(answer)?.slice(0, 500)}`);
  return value;
}

export function listAt(answer: unknown, ...path: (string | number)[]): unknown[] {
  const value = at(answer, ...path);
  if (!Array.isArray(value))
    throw new Error(`no list at ${path.join(".")} in ${JSON.stringify(answer)?.slice(0, 500)}`);
  return value;
}
