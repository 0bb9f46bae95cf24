import type { Letter, Reception } from "@charla/testkit/vendors/mail/letter";
import { type Draft, Mailbox } from "@charla/testkit/vendors/mail/mailbox";
import { PostmarkAccount } from "@charla/testkit/vendors/mail/postmark/account";
import { PostmarkServer } from "@charla/testkit/vendors/mail/postmark/server";
import { ResendServer } from "@charla/testkit/vendors/mail/resend/server";
import { ResendTeam } from "@charla/testkit/vendors/mail/resend/team";
import { type Posted, receive, redeliver } from "@charla/testkit/vendors/mail/resend/webhooks";

import type { System } from "../../system.ts";
import { furnishShop, nextSerial } from "./furnish.ts";
import { type Hitch, Hitches, type Line, type Person } from "./line.ts";

/** The name that webhooks and links carry; where they are really served is the stand-in's business. */
const PUBLIC = "http://localhost:8787";

const RECEPTIONS: Record<Hitch, Reception> = {
  throttled: { status: 429, headers: { "retry-after": "1" }, body: { name: "rate_limit_exceeded", ErrorCode: 429 } },
  lost: { how: "cut" },
  closed: {},
};

type Provider = { name: "resend" | "postmark"; apiUrl: string };
/** The vendor's account of one shop: takes a person's mail in and can deliver the last webhook again. */
type Account = { secrets: { apiKey: string }; take: (draft: Draft) => Promise<number>; again: () => Promise<number> };
type Vendor = {
  lettersTo: (address: string) => Letter[];
  reception: (to: string) => Reception;
  problems: string[];
  close: () => Promise<void>;
};

export async function resendLine(system: System): Promise<Line> {
  const vendor = await ResendServer.start();
  return mailLine(system, vendor, { name: "resend", apiUrl: vendor.url }, 1, () => {
    const team = vendor.admit(new ResendTeam());
    team.addDomain("tienda.example");
    team.through = system.charla.url;
    let last: Posted | undefined;
    const take = async (draft: Draft): Promise<number> => {
      [last] = await receive(team, draft);
      return last?.status ?? 0;
    };
    const again = async (): Promise<number> => (last === undefined ? 0 : (await redeliver(team, last)).status);
    return { secrets: { apiKey: team.key }, take, again };
  });
}

export async function postmarkLine(system: System): Promise<Line> {
  const vendor = await PostmarkServer.start();
  // Postmark knows no key under which a mail is sent once.
  return mailLine(system, vendor, { name: "postmark", apiUrl: vendor.url }, 2, () => {
    const server = vendor.admit(new PostmarkAccount("tienda.example"));
    server.through = system.charla.url;
    server.inboundDomain = "tienda.example";
    return {
      secrets: { apiKey: server.token },
      take: (draft) => server.receive(draft),
      again: () => server.redeliver(),
    };
  });
}

function mailLine(
  system: System,
  vendor: Vendor,
  provider: Provider,
  lostIsShown: 1 | 2,
  openAccount: () => Account,
): Line {
  const hitches = new Hitches(RECEPTIONS);
  vendor.reception = (to) => hitches.next(to);
  const open: Line["open"] = async (script) => {
    const account = openAccount();
    const address = `linea${nextSerial()}@tienda.example`;
    const wish = { kind: "email", config: { provider, address, name: "La Tienda" }, secrets: account.secrets };
    const { channelId, webhookUrl, model } = await furnishShop(system, script, wish, PUBLIC);
    // As the console does it: the webhook is set at the vendor, and what the vendor gives is kept.
    await system.tenant.api.post(`/v1/channels/${channelId}/connect`, {});
    const people: string[] = [];
    return {
      channelId,
      model,
      person: () => {
        const mailbox = new Mailbox("Ada", `ada${nextSerial()}@persona.example`);
        people.push(mailbox.address);
        return personOf(mailbox, { address, account, letters: () => vendor.lettersTo(mailbox.address), system });
      },
      forge: async () => {
        const headers = { "content-type": "application/json", authorization: `Basic ${btoa("charla:not-the-word")}` };
        const url = webhookUrl.replace(PUBLIC, system.charla.url);
        return (await fetch(url, { method: "POST", headers, body: "{}" })).status;
      },
      hitch: (...planned) => {
        for (const one of people) hitches.plan(one, planned);
      },
    };
  };
  return {
    open,
    lostIsShown,
    tellsTime: false,
    hasWindow: false,
    problems: () => vendor.problems,
    close: () => vendor.close(),
  };
}

function personOf(
  mailbox: Mailbox,
  { address, account, letters, system }: { address: string; account: Account; letters: () => Letter[]; system: System },
): Person {
  let first: Draft | undefined;
  return {
    write: async (text) => {
      const inThread = first && { headers: { "In-Reply-To": first.messageId, References: first.messageId } };
      const draft = mailbox.write(address, { subject: first ? "Re: Consulta" : "Consulta", text, ...inThread });
      first ??= draft;
      const status = await account.take(draft);
      if (status !== 200) throw new Error(`the webhook was answered ${status}`);
    },
    again: () => account.again(),
    received: () => letters().map(({ text }) => text),
    leave: async () => {
      const link = /^<(.+)>$/.exec(letters().at(-1)?.headers["List-Unsubscribe"] ?? "")?.[1] ?? "";
      const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
      await fetch(link.replace(PUBLIC, system.charla.url), { method: "POST", body });
    },
  };
}
