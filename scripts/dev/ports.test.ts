import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { portProblem } from "./ports.ts";

async function withTakenPort(host: string, run: (port: number) => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await run(port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

test("names the port in the way and one that would work, in both languages", async () => {
  await withTakenPort("127.0.0.1", async (port) => {
    const problem = (await portProblem(port, 1)) ?? "";
    const [spanish = "", english = ""] = problem.split("\n");
    expect(spanish).toContain(`${port} está ocupado`);
    expect(english).toContain(`${port} is taken`);
    const suggested = Number(/--port (\d+)/.exec(english)?.[1]);
    expect(await portProblem(suggested, 1)).toBeUndefined();
  });
});

test("sees that a later port of the same start is taken", async () => {
  // The system gives out any free port; the one before it may belong to somebody else, and then it is no case of this rule.
  for (let seen = false; !seen;) {
    await withTakenPort("127.0.0.1", async (port) => {
      if (await portProblem(port - 1, 1)) return;
      seen = true;
      expect(await portProblem(port - 1, 2)).toContain(`Port ${port} is taken`);
    });
  }
});
