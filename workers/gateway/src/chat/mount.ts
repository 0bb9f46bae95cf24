import { AppError } from "@charla/domain/errors";
import { linkToFile } from "@charla/services/files/link-to";
import { Hono, type Context, type MiddlewareHandler } from "hono";
import { readJson } from "../middleware/body-limit.ts";
import { getOnly } from "../middleware/get-only.ts";
import { requireWithinIpLimit } from "../middleware/rate-limit.ts";
import { TokenBuckets } from "@charla/domain/token-buckets";
import { queryOf, validate } from "../validate.ts";
import { chatAccount } from "./account.ts";
import { chargeMessage, enterChat, enterStream, requireRoom } from "./admission.ts";
import type { ChatEnv } from "./chat-env.ts";
import { eventStream } from "./events.ts";
import { listMessages, sendMessage } from "./messages.ts";
import { corsHeaders, preflightHeaders, requireOrigin } from "./origins.ts";
import { keyringOf } from "../keyring.ts";
import { conversationByKey } from "../objects.ts";
import { EventsQuery, FilePath, MessageRequest, MessagesQuery, SessionRequest, SocketQuery } from "./schemas.ts";
import { openSession } from "./session.ts";
import { chatKey, openVisitorSocket } from "./viewer.ts";
import { bearerOf } from "../bearer.ts";
import { verifyVisitor, type Visitor } from "./visitor-token.ts";

const MAX_CHAT_BODY = 64 * 1024;
const visitorBuckets = new TokenBuckets(40, 10);

/** Finds the channel, refuses foreign sites, and lets allowed ones read every answer, errors too. */
const forAccount: MiddlewareHandler<ChatEnv> = async (c, next) => {
  const account = await chatAccount(c.env, c.req.raw, c.req.param("channelId") ?? "", Date.now());
  c.set("account", account);
  c.set("tenantId", account.tenantId);
  if (c.req.method === "OPTIONS") {
    c.res = new Response(null, { status: 204, headers: preflightHeaders });
  } else {
    requireOrigin(account, c.req.raw, c.env);
    await next();
  }
  if (c.res.status === 101) return;
  c.res = new Response(c.res.body, c.res);
  for (const [name, value] of Object.entries(corsHeaders(account, c.req.raw, c.env))) c.res.headers.set(name, value);
};

/** Within what lets allowed sites read every answer, so that they can read when to come again. */
const withRoom: MiddlewareHandler<ChatEnv> = async (c, next) => {
  requireRoom(c.env, c.var.account, Date.now());
  await next();
};

/** Counts what is done once it is read and known who asked. */
async function admitted<T>(c: Context<ChatEnv>, work: () => Promise<T>): Promise<T> {
  const pass = enterChat(c.env, c.var.account, Date.now());
  try {
    return await work();
  } finally {
    pass.leave();
  }
}

async function visitorOf(c: Context<ChatEnv>, token: string | null): Promise<Visitor> {
  const visitor = await verifyVisitor(c.var.account, token, Date.now());
  const wait = visitorBuckets.take(`${c.var.account.id}:${visitor.id}`, Date.now());
  if (wait > 0) throw new AppError("RATE_LIMITED", "visitor over the limit", { retryAfterMs: wait });
  return visitor;
}

const lastEventId = (c: Context<ChatEnv>): number | undefined => {
  const given = c.req.header("last-event-id");
  return given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : undefined;
};

export function chatRoutes(): Hono<ChatEnv> {
  const chat = new Hono<ChatEnv>();
  chat.use("/:channelId/*", forAccount, withRoom);

  chat.post("/:channelId/session", async (c) => {
    await requireWithinIpLimit(c.env, c.req.raw, "chat-session");
    const { value } = await readJson(c.req.raw, MAX_CHAT_BODY);
    const wishes = validate(SessionRequest, value ?? {}, "body");
    const token = bearerOf(c.req.raw.headers);
    return c.json(await admitted(c, () => openSession(c.env, c.var.account, wishes, token, Date.now())));
  });

  chat.get("/:channelId/socket", getOnly, async (c) => {
    const { token, after } = validate(SocketQuery, queryOf(c.req.url), "query");
    const visitor = await visitorOf(c, token);
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      throw new AppError("BAD_REQUEST", "no upgrade", {
        publicMessage: "This address takes WebSocket connections only",
      });
    }
    const { account, requestId } = c.var;
    return admitted(c, () => openVisitorSocket(c.env, account, visitor, after, Date.now(), requestId));
  });

  chat.post("/:channelId/messages", async (c) => {
    const visitor = await visitorOf(c, bearerOf(c.req.raw.headers));
    const { value } = await readJson(c.req.raw, MAX_CHAT_BODY);
    const message = validate(MessageRequest, value, "body");
    chargeMessage(c.env, c.var.account, Date.now());
    return c.json(await admitted(c, () => sendMessage(c.env, c.var.account, visitor, message, Date.now())), 202);
  });

  chat.get("/:channelId/messages", async (c) => {
    const visitor = await visitorOf(c, bearerOf(c.req.raw.headers));
    const page = validate(MessagesQuery, queryOf(c.req.url), "query");
    return c.json(await admitted(c, () => listMessages(c.env, c.var.account, visitor, page)));
  });

  chat.get("/:channelId/messages/:seq/files/:n", async (c) => {
    const visitor = await visitorOf(c, bearerOf(c.req.raw.headers));
    const { seq, n } = validate(FilePath, c.req.param(), "path");
    const { account } = c.var;
    const { tenantId } = account;
    const conversation = conversationByKey(c.env, chatKey(account, visitor));
    const file = await conversation.fileOf({ tenantId, seq, n, reader: "visitor" });
    const place = { keyring: keyringOf(c.env), publicBaseUrl: c.env.PUBLIC_BASE_URL, now: Date.now() };
    return c.json(await linkToFile(place, file));
  });

  chat.get("/:channelId/events", getOnly, async (c) => {
    const visitor = await visitorOf(c, bearerOf(c.req.raw.headers));
    const { after } = validate(EventsQuery, queryOf(c.req.url), "query");
    const { account, requestId } = c.var;
    const pass = enterStream(account, visitor, Date.now());
    const from = lastEventId(c) ?? after;
    const upgraded = admitted(c, () => openVisitorSocket(c.env, account, visitor, from, Date.now(), requestId));
    return eventStream(upgraded, () => pass.leave());
  });

  return chat;
}
