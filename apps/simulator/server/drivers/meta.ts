import { randomBytes } from "node:crypto";
import { MetaStandIn } from "@charla/testkit/vendors/meta/server";
import type { Exchange } from "@charla/testkit/stand-in";
import type { Sink } from "../driver.ts";
import type { Watch } from "../wire.ts";
import { MessagingDriver } from "./messaging.ts";
import { WhatsAppDriver } from "./whatsapp.ts";

const APP_ID = "900100200300";
const PAGES = { messenger: "550010002000301", instagram: "17841400000000301" } as const;

type MetaKind = "whatsapp" | keyof typeof PAGES;
export type MetaVendor = { drivers: (WhatsAppDriver | MessagingDriver)[]; close: () => Promise<void> };

/** One Graph API for the three channels of Meta. */
export async function startMeta(sinks: Record<MetaKind, Sink>, watch: Watch): Promise<MetaVendor> {
  const secret = randomBytes(16).toString("hex");
  const token = (): string => `EAAG${randomBytes(24).toString("hex")}`;
  const tokens: Record<MetaKind, string> = { whatsapp: token(), messenger: token(), instagram: token() };
  const kinds: MetaKind[] = ["whatsapp", "messenger", "instagram"];
  /** Every call carries the token of one of the accounts; those of the app itself may be about any. */
  const kindOf = ({ headers }: Exchange): MetaKind =>
    kinds.find((kind) => headers.get("authorization") === `Bearer ${tokens[kind]}`) ?? "whatsapp";

  const meta = await MetaStandIn.start({
    served: (exchange) => {
      watch.served(kindOf(exchange), exchange);
      for (const driver of drivers) driver.collect();
    },
  });
  meta.send = watch.send;
  const app = meta.addApp(APP_ID, secret);
  const number = meta.addNumber({
    id: "106540352242922",
    wabaId: "102290129340398",
    appId: app.id,
    token: tokens.whatsapp,
    display: "+34 960 000 042",
    name: "La Cadena",
  });
  const messaging = (["messenger", "instagram"] as const).map((kind) => {
    const page = meta.addPage({
      id: PAGES[kind],
      kind: kind === "messenger" ? "page" : kind,
      appId: app.id,
      token: tokens[kind],
      name: "La Cadena",
    });
    return new MessagingDriver(kind, { meta, page, secret }, sinks[kind]);
  });
  const drivers = [new WhatsAppDriver({ meta, number, secret }, sinks.whatsapp), ...messaging];
  return { drivers, close: () => meta.close() };
}
