import type { ParsedWebhook, WebhookRequest } from "../contract.ts";
import { Rejection } from "../http/event-fields.ts";
import { type Fields, fieldsOf, rawOf, recordsOf, textOf } from "../meta/json.ts";
import type { SlackAccount } from "./account.ts";
import { readSlackBody, type SlackBody } from "./body.ts";
import { type Read, readEvent, type Rules } from "./events.ts";
import { readCommand, readPress } from "./presses.ts";
import { idOf } from "./thread.ts";

/** One event, one press or one command per request. */
export function parseSlackWebhook(
  request: Pick<WebhookRequest, "headers" | "rawBody">,
  account: Pick<SlackAccount, "config">,
  now: number,
): ParsedWebhook {
  const body = readSlackBody(request);
  try {
    const read = readBody(body, account, now);
    if (read === null) return { arrivals: [], rejected: [], ignored: 1 };
    return { arrivals: [{ ...read, statuses: [] }], rejected: [] };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { arrivals: [], rejected: [{ index: 0, reason: error.message, raw: rawOf(body.fields) }] };
  }
}

function readBody({ kind, fields }: SlackBody, account: Pick<SlackAccount, "config">, now: number): Read {
  switch (kind) {
    case "event":
      // Everything else says something of the app: its address, its rate, its removal.
      if (fields["type"] !== "event_callback") return null;
      return readEvent(fieldsOf(fields["event"]), rulesOf(fields, fields["team_id"], account));
    case "interaction": {
      const team = fieldsOf(fields["team"])["id"] ?? fieldsOf(fields["user"])["team_id"];
      return readPress(fields, rulesOf(fields, team, account));
    }
    case "command":
      return readCommand(fields, rulesOf(fields, fields["team_id"], account), now);
  }
}

/** An event names the bot for which it was sent; what was learnt on connecting stands in where it does not. */
function rulesOf(fields: Fields, team: unknown, { config }: Pick<SlackAccount, "config">): Rules {
  const bot = recordsOf(fields["authorizations"]).find((one) => one["is_bot"] === true);
  return {
    team: idOf(team ?? config.teamId, "team"),
    channels: config.channels,
    botUserId: textOf(bot?.["user_id"]) ?? config.botUserId,
  };
}
