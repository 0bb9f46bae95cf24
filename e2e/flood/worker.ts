import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

import { message } from "@charla/testkit/integrator/events";
import { Webhook } from "standardwebhooks";

import { type FloodAnswer, FloodWish } from "./wish.ts";

const { url, secret, connections, batch, gapMs, ms, prefix } = FloodWish.parse(workerData);

const agent = new Agent({ keepAlive: true, maxSockets: connections });
const signer = new Webhook(secret);
const endsAt = performance.now() + ms;
const answers: FloodAnswer[] = [];
let webhooks = 0;

/** One message in each of several conversations, so that what is accepted costs many times what is refused. */
function nextBody(): { ids: string[]; body: string } {
  const n = ++webhooks;
  const events = Array.from({ length: batch }, (_, index) => message(`${prefix}x${index}`, n));
  return { ids: events.map(({ id }) => id), body: JSON.stringify({ events }) };
}

function post(): Promise<FloodAnswer> {
  const { ids, body } = nextBody();
  const now = new Date();
  const id = `wh_${prefix}_${webhooks}`;
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": signer.sign(id, now, body),
  };
  const since = performance.now();
  return new Promise((resolve) => {
    const answered = (status: number, retryAfter?: string): void =>
      resolve({ ids, status, retryAfter, ms: performance.now() - since });
    const sending = request(url, { agent, method: "POST", headers }, (response) => {
      response.resume();
      response.once("end", () => answered(response.statusCode ?? 0, response.headers["retry-after"]));
    });
    // A connection that breaks is an answer too, and one that nobody may get.
    sending.once("error", () => answered(0));
    sending.end(body);
  });
}

async function hammer(): Promise<void> {
  while (performance.now() < endsAt) {
    answers.push(await post());
    if (gapMs > 0) await pause(gapMs);
  }
}

await Promise.all(Array.from({ length: connections }, hammer));
agent.destroy();
parentPort?.postMessage(answers);
