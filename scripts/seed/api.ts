export class ApiFailure extends Error {
  readonly status: number;
  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path} answered ${status}: ${body.slice(0, 500)}`);
    this.name = "ApiFailure";
    this.status = status;
  }
}

export type Page<T> = { data: T[]; nextCursor: string | null };

/** The admin API as any client sees it, acting with the platform key. */
export class Api {
  readonly #baseUrl: string;
  readonly #headers: Record<string, string>;

  constructor(baseUrl: string, platformKey: string, tenantId?: string) {
    this.#baseUrl = baseUrl;
    this.#headers = {
      authorization: `Bearer ${platformKey}`,
      ...(tenantId === undefined ? {} : { "charla-tenant": tenantId }),
    };
  }

  async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.#baseUrl}${path}`, {
      method,
      headers: { ...this.#headers, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiFailure(method, path, response.status, text);
    return JSON.parse(text === "" ? "null" : text);
  }

  /** The first of all pages that fits. */
  async find<T>(path: string, fits: (item: T) => boolean): Promise<T | undefined> {
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "limit=100" : `limit=100&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<T> = await this.call("GET", `${path}?${query}`);
      const found = page.data.find(fits);
      if (found !== undefined) return found;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return undefined;
  }
}
