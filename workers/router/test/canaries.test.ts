import { env } from "cloudflare:workers";
import { turns } from "@charla/db/tenant/turns";
import { listCanaries } from "@charla/services/canaries/list";
import { markedTenants } from "@charla/services/canaries/marks";
import type { NoticeMail } from "@charla/services/notices/send";
import { setNotices } from "@charla/services/notices/settings";
import { publishRelease } from "@charla/services/releases/publish";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCron } from "../src/cron.ts";
import { type BackstageDeps, depsOf } from "../src/deps.ts";
import { connect, type Connected } from "./connected.ts";

const MINUTE = 60_000;

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

let seq = 0;
async function ran(releaseId: string, count: number, state: "done" | "failed"): Promise<void> {
  const outcome = state === "done" ? "answered" : "apologised";
  const numbers = {
    epoch: 0,
    resumes: 0,
    supersedes: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    costMicros: 0,
  };
  for (let n = 0; n < count; n++) {
    seq += 1;
    const ids = { conversationId: `cnv_${seq}`, seq, id: `trn_${seq}`, trackingId: "trk", agentId: shop.agentId };
    const row = { ...ids, ...numbers, releaseId, state, outcome, openedAt: Date.now(), version: 1 } as const;
    await shop.ctx.db.orm.insert(turns).values(row);
  }
}

describe("the watch over canaries", () => {
  it("takes a bad release from the conversations that had it, once, and tells of it", async () => {
    const { ctx, agentId, tenantId } = shop;
    const gate = env.TENANT_GATE.getByName(tenantId);
    const nothing = { tokens: 0, micros: 0 };
    const leased = async (): Promise<string | null> =>
      (await gate.lease({ conversationId: `cnv_${"0".repeat(64)}`, agentId, spent: nothing, want: nothing })).releaseId;
    const { id: base } = await publishRelease(ctx, { agentId }, () => []);
    expect(await markedTenants(ctx.control)).not.toContain(tenantId);
    const { id: fresh } = await publishRelease(ctx, { agentId, canary: { percent: 100 } }, () => []);
    expect(await leased()).toBe(fresh);

    await ran(base, 60, "done");
    await ran(fresh, 40, "done");
    await runCron(deps, Date.now());
    expect([await leased(), mails]).toEqual([fresh, []]);

    await ran(fresh, 20, "failed");
    const at = Date.now() + MINUTE;
    await Promise.all([runCron(deps, at), runCron(deps, at), runCron(deps, at)]);
    expect(await leased()).toBe(base);
    expect(mails.map(({ subject }) => subject)).toEqual(["[Tienda] La versión 2 de «Ana» se ha retirado sola"]);
    expect((await listCanaries(ctx, { agentId, limit: 5 })).data).toMatchObject([
      { state: "rolled_back", signal: "errors", endedBy: "system", facts: { canary: { turns: 60, errors: 20 } } },
    ]);

    await runCron(deps, at + 20 * MINUTE);
    expect(mails).toHaveLength(1);
    expect(await markedTenants(ctx.control)).not.toContain(tenantId);
  });
});
