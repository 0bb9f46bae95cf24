import { bare, message, type WireEvent } from "@charla/testkit/integrator/events";
import { newWebhookId, send, type Sending } from "@charla/testkit/integrator/sender";
import type { Reception } from "@charla/testkit/integrator/server";

import type { System } from "../../system.ts";
import { nextSerial } from "./furnish.ts";
import { type Hitch, Hitches, type Line, type Person } from "./line.ts";

const RECEPTIONS: Record<Hitch, Reception> = {
  throttled: { status: 429, headers: { "retry-after": "1" } },
  lost: { how: "cut" },
  closed: {},
};

export function httpLine(system: System): Line {
  const hitches = new Hitches(RECEPTIONS);
  const open: Line["open"] = async (script) => {
    const { account, model } = await system.thread(script);
    const sending: Sending = { url: account.webhookUrl, secret: account.secret };
    const shown = (name: string): string[] =>
      system.integrator.messages(account.account, name).map(({ payload }) => payload.text);
    system.integrator.receive(account.account, () => hitches.next(account.account));
    const names = new Map<Person, string>();
    return {
      channelId: account.channelId,
      model,
      person: () => {
        const name = `p${nextSerial()}`;
        const person = personOf(name, sending, () => shown(name));
        names.set(person, name);
        return person;
      },
      forge: async () =>
        (await send(message("p", 1), { ...sending, secret: `whsec_${btoa("the secret of another")}` })).status,
      hitch: (...planned) => hitches.plan(account.account, planned),
      batch: async (people, text) => {
        await taken(
          people.map((one) => message(names.get(one) ?? "", 1, text)),
          sending,
        );
      },
    };
  };
  return {
    open,
    lostIsShown: 1,
    tellsTime: true,
    hasWindow: false,
    problems: () => [],
    close: () => Promise.resolve(),
  };
}

async function taken(events: WireEvent | WireEvent[], sending: Sending): Promise<void> {
  const { status, body } = await send(events, sending);
  if (status !== 200) throw new Error(`the webhook was answered ${status}: ${body}`);
}

function personOf(name: string, sending: Sending, received: () => string[]): Person {
  let serial = 1;
  let last: [WireEvent, Sending] | undefined;
  const tell = async (event: WireEvent): Promise<void> => {
    last = [event, { ...sending, id: newWebhookId() }];
    await taken(...last);
  };
  return {
    // The number in the mark says which was written first.
    write: (text, at) =>
      tell(at === undefined ? message(name, ++serial, text) : message(name, at, text, { timestamp: at })),
    again: async () => {
      if (last === undefined) throw new Error("nothing was delivered yet");
      return (await send(...last)).status;
    },
    received,
    leave: () => tell(bare("opt_out", name)),
    comeBack: () => tell(bare("opt_in", name)),
    puzzle: () => tell({ ...message(name, ++serial), type: "hologram" }),
    colleague: (text) => tell(bare("human_echo", name, { text })),
  };
}
