import { listAt } from "@charla/testkit/charla/api";
import type { Script } from "@charla/testkit/model/behaviour";
import { until, untilQuiet } from "@charla/testkit/poll";
import { MessagingPhone } from "@charla/testkit/vendors/meta/messaging-phone";
import type { MetaStandIn } from "@charla/testkit/vendors/meta/server";
import type { Page, Sent } from "@charla/testkit/vendors/meta/world";

import type { System } from "../system.ts";
import { furnishShop } from "./lines/furnish.ts";

const SECRET = "app_secret_0123456789abcdef";

type Row = Record<string, unknown>;
let serial = 0;

/** A shop with a page or an Instagram account, an app and an agent of its own. */
export class MetaShop {
  readonly page: Page;
  readonly channelId: string;
  readonly webhookUrl: string;
  readonly #system: System;
  readonly #meta: MetaStandIn;

  private constructor(
    outside: { system: System; meta: MetaStandIn },
    page: Page,
    channel: { channelId: string; webhookUrl: string },
  ) {
    this.#system = outside.system;
    this.#meta = outside.meta;
    this.page = page;
    this.channelId = channel.channelId;
    this.webhookUrl = channel.webhookUrl;
  }

  static async open(system: System, meta: MetaStandIn, kind: Page["kind"], script: Script): Promise<MetaShop> {
    const app = meta.addApp(`90${++serial}`, SECRET);
    const page = meta.addPage({ id: `55${serial}`, kind, appId: app.id, token: `EAAG-token-${serial}` });
    const channel = await furnishShop(system, script, {
      kind: kind === "page" ? "messenger" : "instagram",
      config: { accountId: page.id, appId: app.id, apiUrl: meta.url },
      secrets: { accessToken: page.token, appSecrets: [SECRET] },
    });
    app.subscriptions = [{ object: kind, callback_url: channel.webhookUrl, verify_token: "", fields: ["messages"] }];
    return new MetaShop({ system, meta }, page, channel);
  }

  phone(): MessagingPhone {
    return new MessagingPhone(this.#meta, this.page, `9000000${++serial}`);
  }

  answers(phone: MessagingPhone, count: number): Promise<Sent[]> {
    return until(`${count} answers to ${phone.id}`, () => phone.received().length >= count && phone.received());
  }

  quiet(phone: MessagingPhone): Promise<void> {
    return untilQuiet(`the phone ${phone.id}`, () => phone.received().length, 1_000);
  }

  async rows(phone: MessagingPhone): Promise<Row[]> {
    const { api } = this.#system.tenant;
    const conversation = await until("the conversation is listed", async () => {
      const page = await api.get(`/v1/conversations?channelId=${this.channelId}&limit=100`);
      return (listAt(page, "data") as Row[]).find((row) => row["thread"] === phone.id);
    });
    return listAt(await api.get(`/v1/conversations/${String(conversation["id"])}/messages`), "data") as Row[];
  }

  shows(phone: MessagingPhone, what: string): Promise<unknown> {
    return until(`the console shows ${what}`, async () => JSON.stringify(await this.rows(phone)).includes(what));
  }

  /** Every answer of the agent is in such a state. */
  allAre(phone: MessagingPhone, state: RegExp): Promise<unknown> {
    return until(`all answers are ${state.source}`, async () => {
      const answers = (await this.rows(phone)).filter(({ author }) => author === "ai");
      return answers.length === phone.received().length && answers.every((row) => state.test(String(row["state"])));
    });
  }
}
