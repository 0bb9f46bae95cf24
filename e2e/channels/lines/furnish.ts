import { type AgentWish, furnishAgent, furnishChannel } from "@charla/testkit/charla/furnish";
import type { Script } from "@charla/testkit/model/behaviour";

import type { System } from "../../system.ts";

type Wish = Pick<Parameters<typeof furnishChannel>[2], "kind" | "config" | "secrets"> & { agent?: AgentWish };
export type Furnished = Awaited<ReturnType<typeof furnishChannel>> & { model: string };

let serial = 0;
export const nextSerial = (): number => ++serial;

/** A Spanish agent with a model of its own behind a channel; the vendor knows us by `base`. */
export async function furnishShop(
  system: System,
  script: Script,
  { agent, ...wish }: Wish,
  base = system.charla.url,
): Promise<Furnished> {
  const model = `${wish.kind}-${nextSerial()}`;
  system.model.script(model, script);
  const agentId = await furnishAgent(system.tenant, { model: system.modelRef(model), language: "es", ...agent });
  return { ...(await furnishChannel(system.tenant, base, { agentId, ...wish })), model };
}
