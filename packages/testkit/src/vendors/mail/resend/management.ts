import * as z from "zod";

import type { Exchange } from "../../../stand-in.ts";
import { type Answer, refusal } from "./answer.ts";
import type { Hook, ResendTeam } from "./team.ts";

const NewHook = z.strictObject({ endpoint: z.url(), events: z.array(z.string()).min(1) });
const HookChange = NewHook.partial().extend({ status: z.enum(["enabled", "disabled"]).optional() });
const NOT_FOUND = refusal(404, "not_found", "Not found");

/** Domains and webhooks, as the dashboard and the API see them. */
export function manage({ method, url, body }: Pick<Exchange, "method" | "url" | "body">, team: ResendTeam): Answer {
  if (method === "GET" && url.pathname === "/domains") return ok({ object: "list", data: team.domains });
  if (url.pathname === "/webhooks") {
    if (method === "GET") return ok({ object: "list", has_more: false, data: team.hooks.map(shown) });
    const wish = NewHook.safeParse(JSON.parse(body));
    if (!wish.success) return refusal(422, "validation_error", wish.error.message);
    const hook = team.addHook(wish.data.endpoint, wish.data.events);
    return { status: 201, body: { object: "webhook", id: hook.id, signing_secret: hook.signing_secret } };
  }
  const hook = team.hooks.find(({ id }) => url.pathname === `/webhooks/${id}`);
  if (hook === undefined) return NOT_FOUND;
  if (method === "GET") return ok({ object: "webhook", ...hook });
  if (method === "DELETE") {
    team.hooks.splice(team.hooks.indexOf(hook), 1);
    return ok({ object: "webhook", id: hook.id, deleted: true });
  }
  const change = HookChange.safeParse(JSON.parse(body));
  if (!change.success) return refusal(422, "validation_error", change.error.message);
  Object.assign(hook, change.data);
  return ok({ object: "webhook", id: hook.id });
}

const ok = (body: unknown): Answer => ({ status: 200, body });

/** The secret is not in lists. */
const shown = ({ id, endpoint, events, status }: Hook): Record<string, unknown> => ({ id, endpoint, events, status });
