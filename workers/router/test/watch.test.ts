import { createScheduledController, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { listChannelAlerts } from "@charla/services/channel-health/list-alerts";
import { REFUSED, refusedLabels } from "@charla/services/metrics/counters";
import { readMetrics } from "@charla/services/metrics/read";
import type { NoticeMail } from "@charla/services/notices/send";
import { setNotices } from "@charla/services/notices/settings";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runCron } from "../src/cron.ts";
import { type BackstageDeps, depsOf } from "../src/deps.ts";
import worker from "../src/index.ts";
import { connect, type Connected, messageOf, signed } from "./connected.ts";

/** The minute's work as cron starts it, at an instant of the test's own. */
const MINUTE = 60_000;
const FIVE = 5 * MINUTE;
const wholeFive = (after: number): number => Math.ceil(after / FIVE) * FIVE;

let shop: Connected;
let mails: NoticeMail[];
let deps: BackstageDeps;
beforeAll(async () => {
  shop = await connect();
  await setNotices(shop.ctx, { recipients: [{ address: "ana@example.com" }] });
});
beforeEach(() => {
  mails = [];
  const { postman } = depsOf(env);
  deps = { ...depsOf(env), postman: { ...postman, send: async (mail) => mails.push(mail) } };
});

const alerts = async (state?: "open" | "closed"): Promise<string[]> => {
  const { data } = await listChannelAlerts(shop.ctx, { limit: 10, ...(state && { state }) });
  return data.map(({ kind }) => kind);
};

describe("the watch over channels", () => {
  it("hears of forged deliveries from the way in, tells of them, and ends when they end", async () => {
    const forger = { channelId: shop.channelId, secret: `whsec_${btoa("somebody else's secret, 32 bytes!")}` };
    for (let i = 0; i < 12; i++) expect((await SELF.fetch(await signed(forger, messageOf()))).status).toBe(401);
    const counted = async (): Promise<number | undefined> =>
      (await readMetrics((await deps.platform()).control)).find(
        ({ name, labels }) => name === REFUSED && labels === refusedLabels(shop.tenantId, shop.channelId),
      )?.value;
    await vi.waitFor(async () => expect(await counted()).toBe(12), { timeout: 15_000, interval: 100 });

    const at = wholeFive(Date.now());
    await runCron(deps, at + MINUTE);
    expect([await alerts(), mails]).toEqual([[], []]);
    await runCron(deps, at + FIVE);
    expect(await alerts("open")).toEqual(["signature"]);
    expect(mails).toMatchObject([
      { from: { email: "charla@charla.example" }, to: "ana@example.com", subject: expect.stringContaining("Canal") },
    ]);
    await runCron(deps, at + 2 * FIVE);
    expect(mails).toHaveLength(1);
    await runCron(deps, at + FIVE + 60 * MINUTE);
    expect([await alerts("open"), await alerts("closed")]).toEqual([[], ["signature"]]);
    expect(mails.at(-1)?.subject).toContain("vuelve a funcionar");
  });

  it("is wired to the cron trigger and the platform's mail", async () => {
    const at = wholeFive(Date.now());
    await worker.scheduled(createScheduledController({ cron: "* * * * *", scheduledTime: new Date(at) }), env);
    const { postman } = depsOf(env);
    const mail = {
      from: { email: postman.from, name: "Charla" },
      to: "ana@example.com",
      subject: "Hola",
      text: "Hola",
    };
    await expect(postman.send({ ...mail, headers: { "Auto-Submitted": "auto-generated" } })).resolves.toBeDefined();
  });
});
