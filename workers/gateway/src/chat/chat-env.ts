import type { Variables } from "../app-env.ts";
import type { ChatAccount } from "./account.ts";

export type ChatEnv = { Bindings: GatewayEnv; Variables: Variables & { account: ChatAccount } };
