import type { KillOrders } from "../../kill-orders.ts";
import type { Random } from "../random.ts";
import { HttpOutside } from "./http.ts";
import type { ChannelKind, Outside } from "./outside.ts";
import { TelegramOutside } from "./telegram.ts";
import { WhatsAppOutside } from "./whatsapp.ts";

type Parts = { kills: KillOrders; random: Random };

const STARTS = {
  http: (parts) => HttpOutside.start(parts),
  whatsapp: (parts) => WhatsAppOutside.start(parts),
  telegram: (parts) => TelegramOutside.start(parts),
} satisfies Record<ChannelKind, (parts: Parts) => Promise<Outside>>;

export const startOutside = (kind: ChannelKind, parts: Parts): Promise<Outside> => STARTS[kind](parts);
