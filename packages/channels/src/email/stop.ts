import type { ParsedWebhook, Outgoing, Verdict, WebhookRequest } from "../contract.ts";
import type { EmailAccount } from "./account.ts";
import { readStopCode, stopCode } from "./token.ts";

/** Unsubscribing (RFC 8058): the link in the head of our mails, which mail programs post to and people open. */
const PARAMETER = "stop";
const EVENT = "stop:";

export async function stopUrl(account: EmailAccount, { thread, id }: Outgoing): Promise<string> {
  return `${account.webhookUrl}?${PARAMETER}=${await stopCode(account, thread, id)}`;
}

const codeOf = ({ url }: WebhookRequest): string | null => url.searchParams.get(PARAMETER);

export const isStop = (request: WebhookRequest): boolean => codeOf(request) !== null;

export async function verifyStop(request: WebhookRequest, account: EmailAccount): Promise<Verdict> {
  const known = await readStopCode(account, codeOf(request) ?? "");
  return known === null ? { ok: false, status: 401, reason: "the link is not one of ours" } : { ok: true };
}

export async function parseStop(request: WebhookRequest, account: EmailAccount, now: number): Promise<ParsedWebhook> {
  const known = await readStopCode(account, codeOf(request) ?? "");
  if (known === null) return { arrivals: [], rejected: [], ignored: 1 };
  const event = { kind: "opt_out", externalId: EVENT + known.messageId, at: now, why: "asked" } as const;
  return {
    arrivals: [{ thread: known.thread, contact: { address: "" }, events: [event], statuses: [] }],
    rejected: [],
  };
}

/** Opening the link changes nothing: scanners of mail servers open every link they find. */
export async function offerStop(request: WebhookRequest, account: EmailAccount): Promise<Response | null> {
  if (request.method !== "GET" || !isStop(request)) return null;
  const { ok } = await verifyStop(request, account);
  if (!ok) return page(404, "El enlace ya no es válido.", "The link is no longer valid.");
  const form =
    '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>Sí, darme de baja · Yes, unsubscribe</button></form>';
  return page(
    200,
    "¿No quiere recibir más correos de esta conversación?",
    "You do not want any more mail of this conversation?",
    form,
  );
}

export const isStopped = ({ arrivals }: ParsedWebhook): boolean =>
  arrivals.some(({ events }) => events.some(({ externalId }) => externalId.startsWith(EVENT)));

export const confirmStop = (): Response =>
  page(
    200,
    "Hecho: no recibirá más correos de esta conversación.",
    "Done: you will get no more mail of this conversation.",
  );

const page = (status: number, es: string, en: string, form = ""): Response =>
  new Response(
    `<!doctype html>\n<html lang="es">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Charla</title></head>\n<body>\n<p>${es}</p>\n<p lang="en">${en}</p>\n${form}\n</body>\n</html>\n`,
    { status, headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" } },
  );
