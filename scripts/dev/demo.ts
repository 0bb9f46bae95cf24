import type { SimulatedChannel } from "../../apps/simulator/server/start.ts";

/** What the seeding of the demo account is given and gives back; it talks to the running server like any client. */
export type DemoRequest = {
  baseUrl: string;
  platformKey: string;
  /** Where the demo's callback channel delivers, so that its outbound messages can be seen. */
  callbackBaseUrl: string;
  /** The channels that lead to the phone simulator. */
  channels: readonly SimulatedChannel[];
};

export type DemoAccess = { signInUrl: string };

/** Idempotent: every start calls it. */
export type SeedDemo = (request: DemoRequest) => Promise<DemoAccess>;
