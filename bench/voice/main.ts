/**
 * Our own share of the gap between what a caller says and what they hear: from the prompt sent to the first word received,
 * less what the model took. The vendor's hearing, voice and network come on top of it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "@charla/testkit/charla/api";
import { furnishAgent, furnishChannel, furnishProvider, furnishTenant } from "@charla/testkit/charla/furnish";
import { pause, until } from "@charla/testkit/poll";
import { TwilioCall } from "@charla/testkit/vendors/twilio/calls/call";
import { TwilioServer } from "@charla/testkit/vendors/twilio/server";
import { quantile } from "../measure/numbers.ts";
import { startCharlaServer } from "../subjects.ts";
import { QuickModel } from "./model.ts";

const PORT = 22_100;
const NUMBER = "+34911000000";
const TOKEN = "0123456789abcdef0123456789abcdef";
const CALLS_AT_ONCE = [1, 8, 24];
const QUESTIONS = 20;
/** Nobody says a sentence in less; between one and two of these pass before the next. */
const SENTENCE_MS = 700;
const GOALS = { p50: 25, p95: 60 };

let serial = 0;

async function gapOf(call: TwilioCall, model: QuickModel): Promise<number> {
  const question = ++serial;
  const { session } = call;
  const heard = session.cycles.length;
  const since = performance.now();
  await call.say(`¿Tienen rosas? Es la pregunta ${question}.`);
  const cycle = await until(
    "the answer",
    () => {
      const answer = session.cycles[heard];
      return answer?.closed === true && answer;
    },
    { everyMs: 10 },
  );
  return cycle.firstAt - since - model.tookMs(question);
}

async function converse(dial: () => Promise<TwilioCall>, model: QuickModel): Promise<number[]> {
  const call = await dial();
  await until("the line is open", () => call.session.opened);
  const gaps: number[] = [];
  for (let n = 0; n < QUESTIONS; n++) {
    await pause(SENTENCE_MS * (1 + Math.random()));
    gaps.push(await gapOf(call, model));
  }
  await call.hangUp();
  return gaps;
}

const stateDir = mkdtempSync(join(tmpdir(), "charla-voice-"));
process.once("exit", () => rmSync(stateDir, { recursive: true, force: true }));
const model = await QuickModel.listen(PORT);
const vendor = await TwilioServer.start();
const modelUrl = `http://127.0.0.1:${PORT}`;
const charla = await startCharlaServer({ stateDir, port: PORT + 1, modelUrl, sinkUrl: modelUrl });
try {
  const tenant = await furnishTenant(new Api(charla.base, charla.platformKey), "bench");
  const provider = await furnishProvider(tenant, `${modelUrl}/v1`);
  const agentId = await furnishAgent(tenant, { model: { provider, model: "bench" } });
  vendor.through = charla.base;
  const book = vendor.openAccount(TOKEN);
  const { webhookUrl } = await furnishChannel(tenant, "http://localhost:8787", {
    kind: "voice",
    agentId,
    config: { accountSid: book.sid, phoneNumber: NUMBER, apiUrl: vendor.url },
    secrets: { authTokens: [TOKEN] },
  });
  book.addNumber(NUMBER).voice_url = webhookUrl;
  const dial = (): Promise<TwilioCall> => TwilioCall.dial(vendor, book, { from: "+34600111222", to: NUMBER });
  await converse(dial, model);
  console.log("calls at once   questions   p50 ms   p95 ms   p99 ms   (less the model's own time)");
  for (const calls of CALLS_AT_ONCE) {
    const gaps = (await Promise.all(Array.from({ length: calls }, () => converse(dial, model)))).flat();
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantile(gaps, q).toFixed(1).padStart(9));
    console.log(`${String(calls).padStart(13)}${String(gaps.length).padStart(12)}${p50}${p95}${p99}`);
  }
  console.log(`wanted on two busy cores: p50 ${GOALS.p50} ms, p95 ${GOALS.p95} ms`);
  for (const problem of vendor.problems) console.error(problem);
  if (vendor.problems.length > 0) process.exitCode = 1;
} finally {
  await charla.stop();
  await vendor.close();
  model.close();
}
