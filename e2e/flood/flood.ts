import { once } from "node:events";
import { Worker } from "node:worker_threads";

import type { HttpAccount } from "@charla/testkit/charla/furnish";
import * as z from "zod";

import { FloodAnswer, type FloodWish } from "./wish.ts";

let serial = 0;

/** Signed webhooks over many connections, from a thread of its own: senders must not slow each other down. */
export async function flood(
  to: HttpAccount,
  wish: Pick<FloodWish, "connections" | "batch" | "gapMs" | "ms">,
): Promise<FloodAnswer[]> {
  const workerData: FloodWish = { url: to.webhookUrl, secret: to.secret, prefix: `f${++serial}`, ...wish };
  const worker = new Worker(new URL("worker.ts", import.meta.url), { workerData });
  const [answers]: unknown[] = await once(worker, "message");
  await worker.terminate();
  return z.array(FloodAnswer).parse(answers);
}
