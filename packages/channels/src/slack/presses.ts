import type { InboundMessage } from "@charla/domain/inbound";
import { messageText, Rejection } from "../http/event-fields.ts";
import { type Fields, fieldsOf, recordsOf, shortOf, textOf } from "../meta/json.ts";
import type { Read, Rules } from "./events.ts";
import { idOf, isDirect, messageIdOf, optionalTs, threadOf, timeOf, tsOf } from "./thread.ts";

/** A pressed button or a chosen entry of a menu under a message. */
export function readPress(payload: Fields, rules: Rules): Read {
  if (payload["type"] !== "block_actions") return null;
  const container = fieldsOf(payload["container"]);
  const message = fieldsOf(payload["message"]);
  const channel = textOf(fieldsOf(payload["channel"])["id"]) ?? textOf(container["channel_id"]);
  const [action] = recordsOf(payload["actions"]);
  // What is pressed in a dialogue or on the app's own page belongs to no conversation.
  if (channel === undefined || action === undefined) return null;
  if (!isDirect(channel) && rules.channels === "off") return null;
  const ts = tsOf(message["ts"] ?? container["message_ts"], "message_ts");
  const at = tsOf(action["action_ts"], "action_ts");
  const chosen = fieldsOf(action["selected_option"]);
  const id = shortOf(chosen["value"] ?? action["value"] ?? action["action_id"], 2000);
  if (id === undefined) throw new Rejection("invalid_action");
  const title = shortOf(fieldsOf(chosen["text"] ?? action["text"])["text"], 256) ?? id.slice(0, 256);
  const threadTs = optionalTs(message["thread_ts"]) ?? optionalTs(container["thread_ts"]);
  const user = fieldsOf(payload["user"]);
  return placed(idOf(channel, "channel"), threadTs ?? (isDirect(channel) ? undefined : ts), user, rules, {
    externalId: `press:${channel}:${ts}:${at}`,
    at: timeOf(at),
    text: title,
    action: { id, title },
    replyTo: messageIdOf(channel, ts),
  });
}

/** A command has no time of its own and no message: it is answered where it was typed. */
export function readCommand(form: Fields, rules: Rules, now: number): Read {
  const channel = idOf(form["channel_id"], "channel_id");
  const command = shortOf(form["command"], 64);
  const trigger = shortOf(form["trigger_id"], 200);
  if (command === undefined || trigger === undefined) throw new Rejection("invalid_command");
  if (!isDirect(channel) && rules.channels === "off") return null;
  const words = textOf(form["text"]);
  const { text, cutFrom } = messageText(words === undefined ? command : `${command} ${words}`);
  const user = { id: form["user_id"], name: form["user_name"] };
  const cut = cutFrom === undefined ? {} : { cutFrom };
  return placed(channel, undefined, user, rules, { externalId: `command:${trigger}`, at: now, text, ...cut });
}

function placed(
  channel: string,
  threadTs: string | undefined,
  user: Fields,
  { team }: Rules,
  said: Omit<InboundMessage, "kind" | "sender">,
): Read {
  const person = { address: idOf(user["id"], "user") };
  const name = shortOf(user["name"] ?? user["username"], 200);
  const named = name === undefined ? person : { ...person, name };
  const direct = isDirect(channel);
  return {
    thread: threadOf({ team, channel, ...(threadTs !== undefined && { threadTs }) }),
    contact: direct ? named : { address: channel },
    events: [{ ...said, kind: "message", ...(!direct && { sender: named }) }],
  };
}
