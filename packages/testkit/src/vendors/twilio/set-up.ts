import { newSid, NUMBER_FIELDS, type NumberField, type TwilioAccountBook } from "./account.ts";
import { NewContent } from "./content.ts";

export type Reply = { status: number; body: unknown };
type Asked = { method: string; path: string; query: URLSearchParams; form: URLSearchParams; body: string };

const notFound: Reply = {
  status: 404,
  body: { code: 20404, message: "The requested resource was not found", status: 404 },
};
const ok = (body: unknown, status = 200): Reply => ({ status, body });

/** What a console does by hand: the account, its numbers, its Messaging Services and its templates. */
export function setUp(account: TwilioAccountBook, asked: Asked): Reply {
  const { method, path } = asked;
  const own = `/2010-04-01/Accounts/${account.sid}`;
  if (method === "GET" && path === `${own}.json`)
    return ok({ sid: account.sid, status: account.status, type: account.type, friendly_name: "Floristería" });
  if (path.startsWith(`${own}/IncomingPhoneNumbers`)) return numbers(account, asked, path.slice(own.length));
  if (path.startsWith("/v1/Services/")) return services(account, asked);
  if (path === "/v1/Content") return contents(account, asked);
  return notFound;
}

function numbers(account: TwilioAccountBook, { method, query, form }: Asked, path: string): Reply {
  const listed = [...account.numbers].map(([phone_number, settings]) => ({
    ...settings,
    phone_number,
    capabilities: { sms: true, mms: true, voice: true },
  }));
  if (method === "GET") {
    const wanted = query.get("PhoneNumber") ?? "";
    return ok({ incoming_phone_numbers: listed.filter(({ phone_number }) => phone_number.includes(wanted)) });
  }
  const number = [...account.numbers.values()].find(({ sid }) => path === `/IncomingPhoneNumbers/${sid}.json`);
  if (number === undefined) return notFound;
  const unknown = [...form.keys()].find((name) => !Object.values(NUMBER_FIELDS).includes(name));
  if (unknown !== undefined) return ok({ code: 20001, message: `Unknown parameter ${unknown}`, status: 400 }, 400);
  for (const field of Object.keys(NUMBER_FIELDS) as NumberField[])
    number[field] = form.get(NUMBER_FIELDS[field]) ?? number[field];
  return ok(number);
}

function services(account: TwilioAccountBook, { method, path, form }: Asked): Reply {
  const [sid = "", more] = path.slice("/v1/Services/".length).split("/");
  const service = account.services.get(sid);
  if (service === undefined) return notFound;
  if (more === "PhoneNumbers")
    return ok({ phone_numbers: [...account.numbers.keys()].map((phone_number) => ({ phone_number })) });
  if (method === "POST") {
    const url = form.get("InboundRequestUrl");
    if (url !== null) service.inbound_request_url = url === "" ? null : url;
    service.inbound_method = form.get("InboundMethod") ?? service.inbound_method;
    const defer = form.get("UseInboundWebhookOnNumber");
    if (defer !== null) service.use_inbound_webhook_on_number = defer === "true";
  }
  return ok(service);
}

function contents(account: TwilioAccountBook, { method, body }: Asked): Reply {
  if (method === "GET") {
    const listed = account.contents.map(({ sid, friendlyName }) => ({ sid, friendly_name: friendlyName }));
    return ok({ contents: listed, meta: { key: "contents", next_page_url: null } });
  }
  const wanted = NewContent.safeParse(JSON.parse(body));
  if (!wanted.success) return ok({ code: 20001, message: wanted.error.message, status: 400 }, 400);
  const { friendly_name, types, variables } = wanted.data;
  const sid = newSid("HX");
  account.contents.push({ sid, friendlyName: friendly_name, types, variables });
  return ok({ sid, friendly_name }, 201);
}
