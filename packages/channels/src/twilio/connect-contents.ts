import { check, type ConnectContext } from "../connect.ts";
import { callTwilio, isSuccess, itemsIn, textIn } from "./api.ts";
import type { TwilioAccount } from "./config.ts";
import { broken, type Step } from "./step.ts";
import { say } from "./connect-words.ts";
import { contentShapes } from "./content.ts";

const PAGE = 500;
const MAX_PAGES = 20;

/** Creates the empty templates that buttons are sent through, those that are not there yet. */
export async function connectContents(account: TwilioAccount, context: ConnectContext): Promise<Step> {
  const existing = await listContents(account, context);
  const contents: Record<string, string> = {};
  let created = false;
  for (const { name, types, variables } of contentShapes()) {
    const known = existing.get(name);
    if (known !== undefined) {
      contents[name] = known;
      continue;
    }
    const json = { friendly_name: name, language: "es", variables, types };
    const call = { service: "content", path: "/v1/Content", method: "POST", json } as const;
    const answer = await callTwilio(account, call, context);
    const sid = textIn(answer.body, "sid");
    if (!isSuccess(answer) || sid === "")
      return { ...broken("buttons", say.refused(answer.status, textIn(answer.body, "message"))), learnt: { contents } };
    contents[name] = sid;
    created = true;
  }
  return { checks: [check("buttons", created ? "fixed" : "ok", say.buttonsReady)], learnt: { contents } };
}

async function listContents(account: TwilioAccount, context: ConnectContext): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let page = 0, token = ""; page < MAX_PAGES; page++) {
    const query = new URLSearchParams({
      PageSize: String(PAGE),
      ...(page > 0 && { Page: String(page), PageToken: token }),
    });
    const { body } = await callTwilio(
      account,
      { service: "content", path: `/v1/Content?${query.toString()}` },
      context,
    );
    for (const content of itemsIn(body, "contents"))
      found.set(textIn(content, "friendly_name"), textIn(content, "sid"));
    const next = nextTokenIn(body);
    if (next === null) break;
    token = next;
  }
  return found;
}

function nextTokenIn({ meta }: Record<string, unknown>): string | null {
  const next = typeof meta === "object" && meta !== null && "next_page_url" in meta ? meta.next_page_url : null;
  return typeof next === "string" ? (URL.parse(next)?.searchParams.get("PageToken") ?? null) : null;
}
