import { NoticeSettings } from "@charla/services/notices/schemas";
import { getNotices, setNotices } from "@charla/services/notices/settings";
import { endpoint } from "../endpoint.ts";

export const noticesGet = endpoint({
  id: "getNotices",
  tag: "notices",
  method: "get",
  path: "/v1/notices",
  summary: "Who is told by mail when something needs a person",
  access: { who: "tenant", permission: "notices.read" },
  response: NoticeSettings,
  handle: async ({ c }) => ({ body: await getNotices(c.var.ctx) }),
});

export const noticesSet = endpoint({
  id: "setNotices",
  tag: "notices",
  method: "put",
  path: "/v1/notices",
  summary: "Set who is told by mail",
  access: { who: "tenant", permission: "notices.write" },
  body: NoticeSettings,
  example: { recipients: [{ address: "ana@example.com", language: "es" }] },
  response: NoticeSettings,
  handle: async ({ c, body }) => ({ body: await setNotices(c.var.ctx, body) }),
});
