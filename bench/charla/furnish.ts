import { Api, textAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishProvider, furnishTenant } from "@charla/testkit/charla/furnish";

export type Account = { webhookUrl: string; secret: string };

const instructions = "Eres la persona que atiende el chat de un taller de bicicletas. Contesta con frases cortas.";

/** A tenant with one agent, one tool and one channel, made over the public API like any other. */
export async function furnish(
  base: string,
  platformKey: string,
  { modelUrl, sinkUrl }: { modelUrl: string; sinkUrl: string },
): Promise<Account> {
  const tenant = await furnishTenant(new Api(base, platformKey), "bench");
  const provider = await furnishProvider(tenant, `${modelUrl}/v1`);
  const input = { order: { type: "string", description: "Mark of the order" } };
  const agentId = await furnishAgent(tenant, {
    name: "Bench",
    instructions,
    model: { provider, model: "bench" },
    tools: [
      {
        name: "lookup",
        kind: "http_get_json",
        description: "Looks up an order",
        config: { url: `${modelUrl}/tool?order={order}`, input },
      },
    ],
  });
  const channel = await tenant.api.post("/v1/channels", {
    kind: "http",
    name: "bench",
    agentId,
    config: { callbackUrl: sinkUrl },
  });
  return {
    webhookUrl: `${base}/webhooks/http/${textAt(channel, "id")}`,
    secret: textAt(channel, "secrets", "signingSecrets", 0),
  };
}
