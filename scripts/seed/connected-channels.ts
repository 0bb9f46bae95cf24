import { messageOf } from "@charla/domain/errors";
import type { SimulatedChannel } from "../../apps/simulator/server/start.ts";
import type { Api } from "./api.ts";

type Channel = { id: string; kind: string; name: string; webhookUrl: string | null };
type Connection = {
  connected: boolean;
  checks: { state: string; title: { es: string; en: string } }[];
};

/**
 * Made as a shop owner makes them, and connected again at every start: the vendors' stand-ins are new each time, with
 * tokens and addresses of their own. One that cannot be connected is told to the simulator and stops nothing.
 */
export async function connectChannels(api: Api, agentId: string, wanted: readonly SimulatedChannel[]): Promise<void> {
  const known = await knownChannels(api);
  await Promise.all(
    wanted.map((channel) =>
      connect(api, agentId, channel, known).catch((error: unknown) => channel.trouble(messageOf(error))),
    ),
  );
}

async function knownChannels(api: Api): Promise<Channel[]> {
  const all: Channel[] = [];
  await api.find<Channel>("/v1/channels", (channel) => {
    all.push(channel);
    return false;
  });
  return all;
}

async function connect(
  api: Api,
  agentId: string,
  { wish, attach, trouble }: SimulatedChannel,
  known: readonly Channel[],
): Promise<void> {
  const before = known.find(({ kind, name }) => kind === wish.kind && name === wish.name);
  const { config, secrets } = wish;
  const channel =
    before === undefined
      ? await api.call<Channel>("POST", "/v1/channels", { ...wish, agentId })
      : await api.call<Channel>("PATCH", `/v1/channels/${before.id}`, { config, secrets, agentId });
  await attach(channel.webhookUrl ?? "", channel.id);
  const { connected, checks } = await api.call<Connection>("POST", `/v1/channels/${channel.id}/connect`, {});
  const broken = checks.filter(({ state }) => state === "broken").map(({ title }) => `${title.es} / ${title.en}`);
  if (!connected) trouble(broken.join("; "));
}
