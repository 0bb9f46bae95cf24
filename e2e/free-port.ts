import { portProblem } from "../scripts/dev/ports.ts";

/** What a start uses: the gateway, the inspector, the page of outbound messages and the phone simulator. */
export const PORTS_OF_A_START = 4;

/** The first of the ports of a start, below the range that the system gives to outgoing connections. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 2_000) * 5;
    if ((await portProblem(port, PORTS_OF_A_START)) === undefined) return port;
  }
}
