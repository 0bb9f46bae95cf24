const LINK = /<([^<>\s][^<>]{0,4095})>/g;

/** Slack's own markup as a person reads it: names for ids where it says them, addresses beside their labels. */
export function readSlackText(text: string, botUserId: string | undefined): string {
  const mention = botUserId === undefined ? undefined : `<@${botUserId}>`;
  const addressed = mention !== undefined && text.includes(mention);
  // Whom the message is for is known by its having arrived; a mention alone is still something that was said.
  const rest = addressed ? text.replaceAll(mention, " ").trim() : text;
  return (rest === "" && addressed ? "@bot" : rest)
    .replaceAll(LINK, (_, inner: string) => shown(inner))
    .replaceAll(/&(amp|lt|gt);/g, (_, name: string) => ENTITIES[name] ?? "");
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">" };

function shown(inner: string): string {
  const bar = inner.indexOf("|");
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const label = bar === -1 ? "" : inner.slice(bar + 1);
  const sign = target.charAt(0);
  if (sign === "@") return `@${label || target.slice(1)}`;
  if (sign === "#") return `#${label || target.slice(1)}`;
  if (sign === "!") return label || `@${target.slice(1)}`;
  const address = target.replace(/^(?:mailto|tel):/, "");
  return label === "" || label === address ? address : `${label} (${address})`;
}

/** Whether the text speaks to the bot. */
export const mentionsBot = (text: string, botUserId: string | undefined): boolean =>
  botUserId !== undefined && (text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`));
