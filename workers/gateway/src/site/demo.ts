import * as z from "zod";

/** Which channel the demo page talks to; written by whoever seeds, absent on a platform without a demo. */
export const Demo = z
  .strictObject({
    channelId: z.string().regex(/^chn_[0-9a-z]{26}$/),
    agentName: z.string().min(1).max(120),
    outboundUrl: z.url().optional().describe("Where everything can be seen that left for the outside"),
  })
  .meta({ id: "Demo" });
export type Demo = z.infer<typeof Demo>;

const KV_KEY = "site:demo";

export async function readDemo(env: Pick<GatewayEnv, "CONFIG">): Promise<Demo | null> {
  const stored = await env.CONFIG.get(KV_KEY, "json");
  return stored === null ? null : Demo.parse(stored);
}

export const writeDemo = (env: Pick<GatewayEnv, "CONFIG">, demo: Demo): Promise<void> =>
  env.CONFIG.put(KV_KEY, JSON.stringify(demo));
