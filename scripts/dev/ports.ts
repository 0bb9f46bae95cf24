import { createServer } from "node:net";

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "EADDRINUSE"));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** A server on either loopback address would answer some of the callers of ours. */
async function isTaken(port: number): Promise<boolean> {
  const free = await Promise.all([isFree(port, "127.0.0.1"), isFree(port, "::1")]);
  return free.includes(false);
}

async function firstFree(start: number, count: number): Promise<number> {
  for (let port = start; port < 65_000; port += 10) {
    const taken = await Promise.all(Array.from({ length: count }, (_, index) => isTaken(port + index)));
    if (!taken.includes(true)) return port;
  }
  return start;
}

/** Says which port is in the way and which would work, or nothing when all are free. */
export async function portProblem(port: number, count: number): Promise<string | undefined> {
  for (let offset = 0; offset < count; offset += 1) {
    if (!(await isTaken(port + offset))) continue;
    const other = await firstFree(port + 10, count);
    return [
      `El puerto ${port + offset} está ocupado. Pruebe: npm start -- --port ${other}`,
      `Port ${port + offset} is taken. Try: npm start -- --port ${other}`,
    ].join("\n");
  }
  return undefined;
}
