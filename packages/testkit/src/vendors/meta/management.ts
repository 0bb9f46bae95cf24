import { refuse } from "./graph-error.ts";
import { shakeHands } from "./webhooks.ts";
import type { App, Page, PhoneNumber, World } from "./world.ts";

type Fields = Record<string, unknown>;
type Ask = { method: string; query: URLSearchParams; body: Fields; token: string };

const SCOPES = [
  "whatsapp_business_messaging",
  "whatsapp_business_management",
  "pages_messaging",
  "pages_manage_metadata",
  "instagram_basic",
  "instagram_manage_messages",
];

export const textIn = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  return typeof value === "string" ? value : undefined;
};

export function debugToken(world: World, { query, token }: Ask): unknown {
  const app = appOfToken(world, token);
  const asked = query.get("input_token") ?? "";
  const owner = [...world.numbers.values(), ...world.pages.values()].find((one) => one.token === asked);
  if (owner?.appId !== app.id) return { data: { is_valid: false, scopes: [], error: { code: 190 } } };
  return { data: { app_id: app.id, type: "SYSTEM_USER", is_valid: true, expires_at: 0, scopes: SCOPES } };
}

/** Apps prove themselves by `<id>|<secret>`. */
function appOfToken(world: World, token: string): App {
  const [id = "", secret] = token.split("|");
  const app = world.apps.get(id);
  if (app === undefined || app.secret !== secret) return refuse(400, 190, "Invalid OAuth access token signature.");
  return app;
}

export async function subscriptions(world: World, app: App, { method, body, token }: Ask): Promise<unknown> {
  if (appOfToken(world, token).id !== app.id) return refuse(400, 190, "Invalid OAuth access token.");
  if (method === "GET")
    return {
      data: app.subscriptions.map(({ fields, object, callback_url }) => ({
        object,
        callback_url,
        active: true,
        fields: fields.map((name) => ({ name, version: "v25.0" })),
      })),
    };
  const object = textIn(body, "object") ?? "";
  const url = textIn(body, "callback_url") ?? "";
  const word = textIn(body, "verify_token") ?? "";
  if (!(await shakeHands(url, word).catch(() => false)))
    return refuse(400, 2200, "(#2200) Callback verification failed");
  const fields = (textIn(body, "fields") ?? "").split(",");
  app.subscriptions = [
    ...app.subscriptions.filter((one) => one.object !== object),
    { object, callback_url: url, verify_token: word, fields },
  ];
  return { success: true };
}

export function readNumber(number: PhoneNumber, app: App | undefined): unknown {
  const application = app?.subscriptions.find(({ object }) => object === "whatsapp_business_account")?.callback_url;
  return {
    id: number.id,
    display_phone_number: number.display,
    verified_name: number.name,
    quality_rating: "GREEN",
    status: number.status,
    platform_type: "CLOUD_API",
    messaging_limit_tier: "TIER_1K",
    webhook_configuration: {
      ...(application !== undefined && { application }),
      ...(number.callback !== null && { phone_number: number.callback }),
    },
  };
}

/** The override of one number; an empty address takes it away. */
export async function configureNumber(number: PhoneNumber, body: Fields): Promise<unknown> {
  const configuration = body["webhook_configuration"];
  if (typeof configuration !== "object" || configuration === null) return refuse(400, 100, "(#100) Invalid parameter");
  const url = textIn(configuration as Fields, "override_callback_uri") ?? "";
  const word = textIn(configuration as Fields, "verify_token") ?? "";
  if (url.length > 200) return refuse(400, 100, "(#100) override_callback_uri is too long");
  if (url !== "" && !(await shakeHands(url, word).catch(() => false)))
    return refuse(400, 2200, "(#2200) Callback verification failed");
  number.callback = url === "" ? null : url;
  return { success: true };
}

export function wabaSubscription(world: World, wabaId: string, appId: string, { method }: Ask): unknown {
  const apps = world.wabaApps.get(wabaId) ?? new Set();
  world.wabaApps.set(wabaId, apps);
  if (method === "GET")
    return { data: [...apps].map((id) => ({ whatsapp_business_api_data: { id, name: `app ${id}` } })) };
  if (method === "DELETE") apps.delete(appId);
  else apps.add(appId);
  return { success: true };
}

export function pageSubscription(page: Page, { method, body, query }: Ask): unknown {
  if (method === "GET") {
    const data =
      page.subscribedFields.length === 0 ? [] : [{ id: page.appId, subscribed_fields: page.subscribedFields }];
    return { data };
  }
  const fields = textIn(body, "subscribed_fields") ?? query.get("subscribed_fields") ?? "";
  page.subscribedFields = method === "DELETE" ? [] : fields.split(",").filter((field) => field !== "");
  return { success: true };
}
