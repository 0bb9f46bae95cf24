import type { LineKind } from "../shared/protocol.ts";
import type { ChannelWish, Driver } from "./driver.ts";
import { startEmail } from "./drivers/email.ts";
import { startMeta } from "./drivers/meta.ts";
import { startSlack } from "./drivers/slack.ts";
import { startSms } from "./drivers/sms.ts";
import { startTelegram } from "./drivers/telegram.ts";
import { startVoice } from "./drivers/voice.ts";
import { WebDriver } from "./drivers/web.ts";
import { serveSimulator } from "./http.ts";
import { Simulator } from "./simulator.ts";

/** A channel of the demo account that leads to one of the stand-ins. */
export type SimulatedChannel = {
  kind: LineKind;
  wish: ChannelWish;
  /** The channel is there and was connected. */
  attach: (webhookUrl: string, channelId: string) => Promise<void>;
  /** It could not be connected; the page says so. */
  trouble: (problem: string) => void;
};
export type RunningSimulator = { url: string; channels: SimulatedChannel[]; close: () => Promise<void> };

/** The vendors' stand-ins, a few people with telephones, and the page on which one is these people. */
export async function startSimulator(port: number, gateway: string): Promise<RunningSimulator> {
  const simulator = new Simulator(gateway);
  const { watch } = simulator.wire;
  const sink = (kind: LineKind): ReturnType<Simulator["sink"]> => simulator.sink(kind);
  const url = `http://localhost:${port}`;
  const web = new WebDriver([url, `http://127.0.0.1:${port}`]);
  const [meta, telegram, slack, sms, email, voice, server] = await Promise.all([
    startMeta({ whatsapp: sink("whatsapp"), messenger: sink("messenger"), instagram: sink("instagram") }, watch),
    startTelegram(sink("telegram"), watch),
    startSlack(sink("slack"), watch),
    startSms(sink("sms"), watch),
    startEmail(sink("email"), watch),
    startVoice(sink("voice"), watch),
    serveSimulator(port, { simulator, web, gateway }),
  ]);
  const drivers: Driver[] = [
    ...meta.drivers,
    telegram.driver,
    sms.driver,
    slack.driver,
    email.driver,
    voice.driver,
    web,
  ];
  for (const driver of drivers) simulator.add(driver);
  return {
    url: `${url}/`,
    channels: drivers.map((driver) => ({
      kind: driver.kind,
      wish: driver.channel,
      attach: async (webhookUrl, channelId) => driver.attach?.(webhookUrl, channelId),
      trouble: (problem) => simulator.trouble(driver.kind, problem),
    })),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.all([meta, telegram, slack, sms, email, voice].map((vendor) => vendor.close()));
    },
  };
}
