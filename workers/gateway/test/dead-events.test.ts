import { newId } from "@charla/domain/ids";
import type { Arrival } from "@charla/domain/inbound";
import { storeDeadEvent } from "@charla/services/dead-events/store";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import * as z from "zod";
import { platformCtx } from "../src/services.ts";
import { asPlatform, bearer, call, newTenant, type Tenant } from "./world.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await newTenant();
}, 60_000);

/** An arrival that its conversation never got, as the router keeps it. */
async function undelivered(thread: string, queue = "charla-inbound-dlq"): Promise<string> {
  const arrival: Arrival = {
    key: { tenantId: tenant.id, channelId: tenant.httpChannelId, thread },
    channelKind: "http",
    agentId: tenant.agentId,
    contact: { address: "u1" },
    trackingId: newId("tracking"),
    events: [{ kind: "message", externalId: `${thread}-1`, at: Date.now(), text: "canary-text" }],
    statuses: [],
  };
  const platform = await platformCtx(env, { type: "system" });
  const body = JSON.stringify({ v: 1, arrival });
  return storeDeadEvent(platform, { queue, tenantId: tenant.id, reason: "gave up", body });
}

const post = (path: string) => call(path, { method: "POST", headers: asPlatform(), body: {} });
const waitingMetric = async (): Promise<number> =>
  Number(/charla_dead_events\{queue="charla-inbound-dlq"\} (\d+)/.exec((await call("/metrics")).text)?.[1]);

it("a replayed event reaches its conversation through the queue, and the list and the metric say so", async () => {
  const id = await undelivered("replayed");
  expect(await waitingMetric()).toBe(1);
  const listed = await call(`/v1/dead-events?tenantId=${tenant.id}&state=waiting`, { headers: asPlatform() });
  expect(z.object({ data: z.array(z.object({ id: z.string() })) }).parse(listed.json).data).toMatchObject([{ id }]);
  const one = await call(`/v1/dead-events/${id}`, { headers: asPlatform() });
  expect(one.json).toMatchObject({ channelId: tenant.httpChannelId, events: 1, replayable: true });
  expect(one.text + listed.text).not.toContain("canary-text");
  expect(await post(`/v1/dead-events/${id}/replay`)).toMatchObject({ status: 202 });
  await vi.waitFor(
    async () =>
      expect(
        (await call(`/v1/conversations?channelId=${tenant.httpChannelId}`, { headers: bearer(tenant.key) })).json,
      ).toMatchObject({ data: [{ thread: "replayed" }] }),
    { timeout: 15_000, interval: 50 },
  );
  expect(await waitingMetric()).toBe(0);
  expect(await post(`/v1/dead-events/${id}/replay`)).toMatchObject({ status: 409 });
});

it("an event of a queue that nothing feeds stays where it is", async () => {
  const id = await undelivered("odd", "charla-forgotten-dlq");
  expect(await post(`/v1/dead-events/${id}/replay`)).toMatchObject({ status: 409 });
  expect(await post(`/v1/dead-events/${id}/discard`)).toMatchObject({ status: 200, json: { state: "discarded" } });
  expect((await call(`/v1/dead-events/${id}`, { headers: asPlatform() })).json).toMatchObject({ bytes: 0 });
});

it("a tenant sees none of it, not even its own", async () => {
  const id = await undelivered("own");
  for (const path of ["/v1/dead-events", `/v1/dead-events/${id}`])
    expect((await call(path, { headers: bearer(tenant.key) })).status).toBe(403);
});
