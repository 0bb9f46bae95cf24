import { markOf } from "../marks.ts";

export type WireEvent = Record<string, unknown> & { type: string };

let clock = 0;

/** Strictly growing, because a provider's times order what it sends. */
export function providerTime(): number {
  clock = Math.max(clock + 1, Date.now());
  return clock;
}

const contactOf = (conversation: string): { id: string; name: string; locale: string } => ({
  id: `user-${conversation}`,
  name: `Persona ${conversation}`,
  locale: "es",
});

/** A message whose text carries its mark; without an end it reads as a complete question. */
export function message(
  conversation: string,
  n: number,
  text = "¿qué tal?",
  more: Record<string, unknown> = {},
): WireEvent & { id: string } {
  return {
    type: "message",
    id: `${conversation}-${n}`,
    conversation,
    contact: contactOf(conversation),
    text: `${markOf(conversation, n)} ${text}`,
    timestamp: providerTime(),
    ...more,
  };
}

export function about(
  type: "edit" | "delete" | "reaction",
  conversation: string,
  target: string,
  more: Record<string, unknown> = {},
): WireEvent {
  const timestamp = providerTime();
  return {
    type,
    id: `${type}-${target}-${timestamp}`,
    conversation,
    contact: contactOf(conversation),
    message: target,
    timestamp,
    ...more,
  };
}

export function bare(
  type: "human_echo" | "opt_out" | "opt_in",
  conversation: string,
  more: Record<string, unknown> = {},
): WireEvent {
  const timestamp = providerTime();
  return {
    type,
    id: `${type}-${conversation}-${timestamp}`,
    conversation,
    contact: contactOf(conversation),
    timestamp,
    ...more,
  };
}

export function status(
  conversation: string,
  messageId: string,
  state: "sent" | "delivered" | "read" | "failed",
  more: Record<string, unknown> = {},
): WireEvent {
  return {
    type: "status",
    conversation,
    contact: contactOf(conversation),
    message: messageId,
    status: state,
    timestamp: providerTime(),
    ...more,
  };
}
