type Target = { id: string; webSocketDebuggerUrl: string };

/** One connection to the inspector of one Worker; requests are answered in the order in which they are asked. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #serial = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
      if (id === undefined) return;
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    });
  }

  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve(), { once: true });
      socket.addEventListener("error", () => reject(new Error(`no inspector at ${url}`)), { once: true });
    });
    return new Inspector(socket);
  }

  ask(method: string, params: Record<string, unknown> = {}): Promise<unknown> {
    const id = ++this.#serial;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.#socket.close();
  }
}

export type Inspected = { id: string; inspector: Inspector };

/** The Workers and simulators behind one inspector's port whose names match. */
export async function inspectAll(port: number, names: RegExp): Promise<Inspected[]> {
  const response = await fetch(`http://127.0.0.1:${port}/json`);
  const targets = ((await response.json()) as Target[]).filter(({ id }) => names.test(id));
  return await Promise.all(
    targets.map(async ({ id, webSocketDebuggerUrl }) => ({
      id,
      inspector: await Inspector.connect(webSocketDebuggerUrl),
    })),
  );
}
