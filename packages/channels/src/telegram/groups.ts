import { type Fields, recordOf, recordsOf, textOf } from "./fields.ts";

export type Bot = { id: string; username?: string };

/** In a group the bot is spoken to by name, by a command, or by a reply to something it said. */
export function speaksToBot(message: Fields, bot: Bot): boolean {
  return (
    repliesTo(message, bot) ||
    mentions(message, "text", "entities", bot) ||
    mentions(message, "caption", "caption_entities", bot)
  );
}

/** The first message of a forum topic "replies" to the notice that the topic was made; nobody said that. */
export const isTopicNotice = (message: Fields): boolean => message["forum_topic_created"] !== undefined;

function repliesTo(message: Fields, bot: Bot): boolean {
  const replied = recordOf(message["reply_to_message"]);
  return replied !== undefined && !isTopicNotice(replied) && isBot(recordOf(replied["from"]), bot);
}

const isBot = (user: Fields | undefined, bot: Bot): boolean => user !== undefined && String(user["id"]) === bot.id;

function mentions(message: Fields, textKey: string, entitiesKey: string, bot: Bot): boolean {
  const text = textOf(message[textKey]);
  if (text === undefined) return false;
  const name = bot.username === undefined ? undefined : `@${bot.username.toLowerCase()}`;
  return recordsOf(message[entitiesKey]).some((entity) => {
    const { type, offset, length } = entity;
    if (type === "text_mention") return isBot(recordOf(entity["user"]), bot);
    if (typeof offset !== "number" || typeof length !== "number") return false;
    // Offsets count UTF-16 units, as strings do here.
    const piece = text.slice(offset, offset + length).toLowerCase();
    if (type === "mention") return piece === name;
    if (type !== "bot_command") return false;
    const at = piece.indexOf("@");
    return at === -1 || piece.slice(at) === name;
  });
}
