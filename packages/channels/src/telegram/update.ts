import { AppError } from "@charla/domain/errors";
import type { Account, ParsedWebhook, WebhookRequest } from "../contract.ts";
import { cutAt, wellFormed } from "../clean-text.ts";
import { Rejection } from "../http/event-fields.ts";
import { isRecord, parseJsonBody } from "../json-body.ts";
import type { TelegramConfig, TelegramSecrets } from "./account.ts";
import { type Fields, optionalId, recordOf } from "./fields.ts";
import { type Read, readBusinessEdit, readBusinessMessage, readEdit, readMessage, type Rules } from "./message.ts";
import { type Context, queryOf, readDeletion, readMembership, readReaction, readTap } from "./signals.ts";

type TelegramAccount = Account<TelegramConfig, TelegramSecrets>;
const MAX_RAW = 16_000;

/** The kinds of update that concern a conversation; all others are asked for by nobody and pass unread. */
const READERS: Record<string, (body: Fields, context: Context) => Read> = {
  message: (body, { updateId, rules }) => readMessage(body, updateId, rules),
  edited_message: (body, { updateId, rules }) => readEdit(body, updateId, rules),
  business_message: (body, { updateId }) => readBusinessMessage(body, updateId),
  edited_business_message: (body, { updateId }) => readBusinessEdit(body, updateId),
  deleted_business_messages: readDeletion,
  callback_query: readTap,
  message_reaction: readReaction,
  my_chat_member: readMembership,
};

/** What `setWebhook` asks for: exactly what is read. */
export const ALLOWED_UPDATES = Object.keys(READERS);

/** One update per request, with exactly one field besides its id. */
export function parseTelegramWebhook(
  { rawBody }: Pick<WebhookRequest, "rawBody">,
  account: TelegramAccount,
  now: number,
): ParsedWebhook {
  const update = parseJsonBody(rawBody);
  const updateId = isRecord(update) ? optionalId(update["update_id"]) : undefined;
  if (!isRecord(update) || updateId === undefined) throw malformed("not an update of the Bot API");
  const kind = ALLOWED_UPDATES.find((name) => update[name] !== undefined);
  const reader = kind === undefined ? undefined : READERS[kind];
  if (kind === undefined || reader === undefined) return { arrivals: [], rejected: [], ignored: 1 };
  const rules = { bot: botOf(account), groups: account.config.groups };
  try {
    const body = recordOf(update[kind]);
    if (body === undefined) throw new Rejection(`invalid_${kind}`);
    const read = reader(body, { updateId, rules, now });
    if (read === null) return { arrivals: [], rejected: [], ignored: 1 };
    return { arrivals: [{ ...read, statuses: [] }], rejected: [] };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    const raw = cutAt(wellFormed(JSON.stringify(update)), MAX_RAW);
    return { arrivals: [], rejected: [{ index: 0, reason: error.message, raw }] };
  }
}

/** The number before the colon of a token is the bot's own id. */
const botOf = ({ config, secrets }: TelegramAccount): Rules["bot"] => ({
  id: secrets.botToken.slice(0, secrets.botToken.indexOf(":")),
  username: config.botUsername,
});

/**
 * The button stays "loading" on the phone until its query is answered. The vendor takes a call of its API as the answer to
 * the webhook, which costs no request and cannot be forgotten.
 */
export function acknowledgeTelegram({ arrivals }: ParsedWebhook): Response {
  const queries = arrivals.flatMap(({ events }) => events.flatMap(({ externalId }) => queryOf(externalId) ?? []));
  const [id] = queries;
  return id === undefined
    ? new Response(null, { status: 200 })
    : Response.json({ method: "answerCallbackQuery", callback_query_id: id });
}

function malformed(message: string): AppError {
  return new AppError("BAD_REQUEST", message, { publicMessage: message });
}
