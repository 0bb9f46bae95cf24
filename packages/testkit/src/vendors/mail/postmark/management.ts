import * as z from "zod";

import type { Exchange } from "../../../stand-in.ts";
import type { EventHook, PostmarkAccount } from "./account.ts";
import { type Answer, refusal } from "./answer.ts";

const Trigger = z.strictObject({ Enabled: z.boolean(), IncludeContent: z.boolean().optional() });
const HookChange = z.strictObject({
  Url: z.url(),
  HttpAuth: z.strictObject({ Username: z.string(), Password: z.string() }),
  Triggers: z.record(z.enum(["Delivery", "Bounce", "SpamComplaint", "SubscriptionChange", "Open", "Click"]), Trigger),
});
const NewHook = HookChange.extend({
  Triggers: z.partialRecord(HookChange.shape.Triggers.keyType, Trigger),
  MessageStream: z.string(),
});
const ServerChange = z.strictObject({ InboundHookUrl: z.string() });
let serial = 1_000_000;

/** The settings of a server and its webhooks. */
export function manage(exchange: Pick<Exchange, "method" | "url" | "body">, account: PostmarkAccount): Answer {
  const { method, url, body } = exchange;
  if (url.pathname === "/server") {
    if (method === "PUT") account.inboundHookUrl = ServerChange.parse(JSON.parse(body)).InboundHookUrl;
    return ok(serverOf(account));
  }
  if (url.pathname === "/webhooks" && method === "GET") return ok({ Webhooks: account.hooks.map(shown) });
  if (url.pathname === "/webhooks") {
    const wish = NewHook.safeParse(JSON.parse(body));
    if (!wish.success) return refusal(422, 402, wish.error.message);
    const hook = { ID: ++serial, ...wish.data } as EventHook;
    account.hooks.push(hook);
    return ok(shown(hook));
  }
  const hook = account.hooks.find(({ ID }) => url.pathname === `/webhooks/${ID}`);
  if (hook === undefined) return refusal(404, 0, "Not found");
  if (method === "DELETE") {
    account.hooks.splice(account.hooks.indexOf(hook), 1);
    return ok({ ErrorCode: 0, Message: "Webhook removed" });
  }
  if (method === "PUT") Object.assign(hook, JSON.parse(body));
  return ok(shown(hook));
}

const ok = (body: unknown): Answer => ({ status: 200, body });

const serverOf = ({ inboundAddress, inboundDomain, inboundHookUrl }: PostmarkAccount): Record<string, unknown> => ({
  ID: 1,
  Name: "Tienda",
  InboundAddress: inboundAddress,
  InboundHash: inboundAddress.split("@")[0],
  InboundDomain: inboundDomain,
  InboundHookUrl: inboundHookUrl,
});

/** Passwords are not given back. */
const shown = ({ HttpAuth, ...hook }: EventHook): Record<string, unknown> => ({
  ...hook,
  HttpAuth: { Username: HttpAuth.Username, Password: "" },
});
