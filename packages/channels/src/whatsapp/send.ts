import { isLoopback } from "@charla/domain/egress-policy";
import type { Outgoing, SendContext, SendResult } from "../contract.ts";
import { callGraph, type GraphAnswer } from "../meta/graph.ts";
import { recordsOf, textOf } from "../meta/json.ts";
import { sendResultOf } from "../meta/outcome.ts";
import { graphOf, type WhatsAppAccount } from "./account.ts";
import { classify, PAIR_LIMIT, pairBackoffMs } from "./errors.ts";
import { capabilities } from "./limits.ts";
import { contentOf, envelopeOf, fileContentOf, type FileSource, templateContentOf } from "./payload.ts";
import { upload } from "./upload.ts";

export async function sendWhatsApp(
  message: Outgoing,
  account: WhatsAppAccount,
  context: SendContext,
): Promise<SendResult> {
  const { config } = account;
  const windowMs = capabilities.windowMs ?? Number.POSITIVE_INFINITY;
  if (context.now - message.lastInboundAt > windowMs) {
    if (config.template === undefined)
      return { ok: false, class: "window", message: "more than 24 hours have passed since the person wrote" };
    return post(message, templateContentOf(config.template, message), account, context);
  }
  const file = message.bubble.media?.[0];
  if (file === undefined) return post(message, contentOf(message.bubble, config), account, context);
  let source: FileSource = { link: file.url };
  if (!isReachable(file.url, config.apiUrl)) {
    const uploaded = await upload(file, account, context);
    if (!uploaded.ok) return uploaded;
    source = { id: uploaded.id };
  }
  return post(message, fileContentOf(file, message.bubble.text, source), account, context);
}

async function post(
  message: Outgoing,
  content: Parameters<typeof envelopeOf>[1],
  account: WhatsAppAccount,
  context: SendContext,
): Promise<SendResult> {
  const { phoneNumberId } = account.config;
  const json = envelopeOf(message, content, account.config);
  const answer = await callGraph(graphOf(account), `${phoneNumberId}/messages`, { json }, context);
  const result = sendResultOf(answer, (body) => textOf(recordsOf(body["messages"])[0]?.["id"]), classify);
  return isPairLimit(answer) && !result.ok ? { retryAfterMs: pairBackoffMs(message.tries), ...result } : result;
}

/** Meta fetches links itself, from the open net; a stand-in on this machine fetches what is on this machine. */
function isReachable(link: string, apiUrl: string): boolean {
  const [file, api] = [new URL(link), new URL(apiUrl)];
  return file.protocol === "https:" || (isLoopback(file.hostname) && isLoopback(api.hostname));
}

const isPairLimit = (answer: GraphAnswer): boolean => answer.outcome === "refused" && answer.error?.code === PAIR_LIMIT;
