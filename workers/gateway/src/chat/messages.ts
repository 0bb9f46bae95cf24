import { isAppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import type { Arrival } from "@charla/domain/inbound";
import type * as z from "zod";
import { conversationByKey } from "../objects.ts";
import type { ChatAccount } from "./account.ts";
import type { ChatMessagesResponse, MessageRequest, MessageResponse } from "./schemas.ts";
import { chatKey, contactOf } from "./viewer.ts";
import type { Visitor } from "./visitor-token.ts";

/** The same arrival the conversation makes of a frame on its socket, so that both ways in dedupe against each other. */
function arrivalOf(
  account: ChatAccount,
  visitor: Visitor,
  message: z.output<typeof MessageRequest>,
  now: number,
): Arrival {
  const { id, text, action } = message;
  return {
    key: chatKey(account, visitor),
    channelKind: account.kind,
    agentId: account.agentId,
    contact: contactOf(visitor),
    trackingId: newId("tracking", now),
    events: [
      {
        kind: "message",
        externalId: id,
        at: now,
        text: text.toWellFormed().replaceAll("\0", ""),
        ...(action === undefined ? {} : { action }),
      },
    ],
    statuses: [],
  };
}

export async function sendMessage(
  env: GatewayEnv,
  account: ChatAccount,
  visitor: Visitor,
  message: z.output<typeof MessageRequest>,
  now: number,
): Promise<z.output<typeof MessageResponse>> {
  const arrival = arrivalOf(account, visitor, message, now);
  const { accepted, duplicates, conversationId } = await conversationByKey(env, arrival.key).accept(arrival);
  return { accepted: accepted + duplicates > 0, duplicate: duplicates > 0, conversationId };
}

type Page = z.output<typeof ChatMessagesResponse>;

/** A visitor who has not written yet has no conversation, which is no error. */
export async function listMessages(
  env: GatewayEnv,
  account: ChatAccount,
  visitor: Visitor,
  page: { after: number; limit: number },
): Promise<Page> {
  try {
    const { messages, lastSeq } = await conversationByKey(env, chatKey(account, visitor)).chatMessages({
      tenantId: account.tenantId,
      afterSeq: page.after,
      limit: page.limit,
    });
    return { data: messages, lastSeq };
  } catch (error) {
    if (isAppError(error, "NOT_FOUND")) return { data: [], lastSeq: 0 };
    throw error;
  }
}
