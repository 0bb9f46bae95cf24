import { marksIn, markText } from "../../marks.ts";
import { pause } from "../../poll.ts";
import type { Exchange } from "../../stand-in.ts";
import { openAddress, openShared, readFile, storeFile } from "./files.ts";
import { fetchFile } from "./linked-file.ts";
import { GraphRefusal, refuse } from "./graph-error.ts";
import {
  configureNumber,
  debugToken,
  pageSubscription,
  readNumber,
  subscriptions,
  wabaSubscription,
} from "./management.ts";
import { takeMessaging } from "./messaging.ts";
import type { MetaStandIn, Reception } from "./server.ts";
import { takeWhatsApp } from "./whatsapp.ts";
import type { Page, PhoneNumber, Sent } from "./world.ts";

type Fields = Record<string, unknown>;
export type Answer = {
  body: string | Buffer;
  headers: Record<string, string>;
  sent: Sent | null;
  subject: string;
  reception: Reception;
};
type Ask = { method: string; path: string[]; query: URLSearchParams; body: Fields; token: string };

const JSON_TYPE = { "content-type": "application/json; charset=UTF-8" };
const VERSION = /^v\d{1,3}\.\d$/;

/** `/<version>/<object>/<edge>`, and the files at the side. */
export async function answerGraph(meta: MetaStandIn, exchange: Exchange): Promise<Answer> {
  const [version = "", ...path] = exchange.url.pathname.split("/").slice(1);
  const token = /^Bearer (.+)$/.exec(exchange.headers.get("authorization") ?? "")?.[1] ?? "";
  if (version === "files") return plain(await openAddress(meta, path[0] ?? "", token));
  if (version === "shared") return plain(openShared(meta, path[0] ?? ""));
  if (!VERSION.test(version)) return refuse(400, 2500, "Unknown path components");
  const body = bodyIn(exchange);
  const ask: Ask = { method: exchange.method, path, query: exchange.url.searchParams, body, token };
  const isSend = ask.method === "POST" && path[1] === "messages";
  return isSend ? await send(meta, ask) : plain(await manage(meta, ask, exchange));
}

const plain = (value: unknown): Answer =>
  isAnswer(value) ? value : { body: JSON.stringify(value), headers: JSON_TYPE, sent: null, subject: "", reception: {} };

const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null && "reception" in value;

function bodyIn(exchange: Exchange): Fields {
  const type = exchange.headers.get("content-type") ?? "";
  if (exchange.body === "" || !type.startsWith("application/json")) return {};
  const body: unknown = JSON.parse(exchange.body);
  return typeof body === "object" && body !== null ? (body as Fields) : {};
}

async function send(meta: MetaStandIn, ask: Ask): Promise<Answer> {
  const owner = senderOf(meta, ask);
  const subject = `channel ${owner.id} ${marksIn(JSON.stringify(ask.body)).map(markText).join(" ")}`;
  // Time to notice that nobody is there any more: an answer that nobody reads has not been given.
  if (meta.kills.reach("arrival", subject)) await pause(30);
  const reception =
    (ask.body["message"] ?? ask.body["type"]) ? meta.reception({ account: owner.id, payload: ask.body }) : {};
  if (reception.error !== undefined) throw new GraphRefusal(reception.error);
  const now = meta.now();
  const taken =
    "wabaId" in owner
      ? takeWhatsApp(meta.world, owner, ask.body, meta.limits, now)
      : takeMessaging(meta.world, owner, ask.body, now);
  if (taken.sent !== null) await fetchFile(meta.world, taken.sent);
  return { body: JSON.stringify(taken.body), headers: JSON_TYPE, sent: taken.sent, subject, reception };
}

/** `me` is whoever the token belongs to. */
function senderOf(meta: MetaStandIn, { path: [id = ""], token }: Ask): PhoneNumber | Page {
  const owner =
    id === "me"
      ? [...meta.world.pages.values()].find((page) => page.token === token)
      : (meta.world.numbers.get(id) ?? meta.world.pages.get(id));
  if (owner === undefined) return id === "me" ? badToken() : unknownObject(id);
  return owner.token === token ? owner : badToken();
}

const badToken = (): never => refuse(401, 190, "Invalid OAuth access token - Cannot parse access token");
const unknownObject = (id: string): never =>
  refuse(400, 100, `Unsupported request. Object with ID '${id}' does not exist`, { subcode: 33 });

async function manage(meta: MetaStandIn, ask: Ask, exchange: Exchange): Promise<unknown> {
  const { world } = meta;
  const [id = "", edge] = ask.path;
  if (id === "debug_token") return debugToken(world, ask);
  const app = world.apps.get(id);
  if (app !== undefined && edge === "subscriptions") return subscriptions(world, app, ask);
  const numbers = [...world.numbers.values()].filter(({ token }) => token === ask.token);
  const pages = [...world.pages.values()].filter(({ token }) => token === ask.token);
  if (numbers.length + pages.length === 0) return badToken();
  const number = numbers.find((one) => one.id === id);
  if (number !== undefined && edge === "media") return storeFile(meta, exchange);
  if (number !== undefined)
    return ask.method === "GET" ? readNumber(number, world.apps.get(number.appId)) : configureNumber(number, ask.body);
  const waba = numbers.find(({ wabaId }) => wabaId === id);
  if (waba !== undefined) return manageAccount(meta, waba, ask);
  const page = pages.find((one) => id === "me" || one.id === id);
  if (page !== undefined) return edge === "subscribed_apps" ? pageSubscription(page, ask) : nameOf(page);
  const asker = ask.query.get("phone_number_id");
  const mayRead = asker === null || numbers.some((one) => one.id === asker);
  return world.files.has(id) && mayRead ? readFile(meta, id) : unknownObject(id);
}

const nameOf = ({ id, name }: Page): unknown => ({ id, user_id: id, name, username: name.toLowerCase() });

function manageAccount({ world }: MetaStandIn, { wabaId, appId }: PhoneNumber, ask: Ask): unknown {
  if (ask.path[1] === "subscribed_apps") return wabaSubscription(world, wabaId, appId, ask);
  if (ask.path[1] !== "message_templates") return unknownObject(wabaId);
  const part = ask.query.get("name") ?? "";
  const found = (world.templates.get(wabaId) ?? []).filter(({ name }) => name.includes(part));
  return { data: found.map(({ name, language, status }) => ({ name, language, status })) };
}
