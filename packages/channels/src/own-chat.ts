import type { Capabilities, ChannelSending } from "./contract.ts";
import { asMarkdown, renderMarkdown } from "./markdown/render.ts";

/** What our own chat carries, in whatever dialect its clients speak. */
export const ownChat: Capabilities = {
  maxText: 16_000,
  maxButtons: 20,
  streams: true,
  typing: true,
  markdown: "full",
  ambiguous: { tier: "own" },
  maxBubbles: 6,
};

/** Sockets end in the conversation itself, so all there is to sending is the shape of an answer. */
export const ownChatSending: Pick<ChannelSending<unknown, unknown>, "render"> = {
  render: (answer) => renderMarkdown(answer, ownChat, asMarkdown),
};
