import { setTimeout as delay } from "node:timers/promises";
import { workers } from "../config/render.ts";
import { resourcesFor } from "../config/resources.ts";
import type { TomlValue } from "../config/toml.ts";
import { cronTimes } from "./cron-times.ts";

const MINUTE_MS = 60_000;
const PATIENCE_MS = 120_000;

const wholeMinute = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

type Trigger = { worker: string; cron: string; isDue: (at: Date) => boolean };

const textsIn = (value: TomlValue): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];

/** What the configurations of development ask the platform to run by the clock. */
export const configuredTriggers = (): Trigger[] =>
  workers.flatMap(({ name, bindings }) => {
    const { triggers } = bindings("development", resourcesFor("development"));
    const crons = typeof triggers === "object" && !Array.isArray(triggers) ? textsIn(triggers["crons"]) : [];
    return crons.map((cron) => ({ worker: name, cron, isDue: cronTimes(cron) }));
  });

async function fire(url: string, { worker, cron }: Trigger, at: number): Promise<void> {
  const response = await fetch(`${url}/cdn-cgi/local/explorer/api/local/scheduled?worker=${worker}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ cron, scheduled_time: at }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 500)}`);
}

/**
 * Runs what production runs by the clock; the runtime of development never does so by itself. `minuteMs` is how long a
 * minute lasts: when less than one, the clock that is told runs ahead, so that one need not wait to see the work.
 */
export function startCron(
  url: string,
  minuteMs: number,
  failed: (trigger: string, error: unknown) => void,
): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const triggers = configuredTriggers();
  const isFast = minuteMs < MINUTE_MS;
  const running = new Set<Trigger>();

  const minute = (at: number): void => {
    for (const trigger of triggers) {
      // Work that takes longer than a minute is not piled up.
      if (!trigger.isDue(new Date(at)) || running.has(trigger)) continue;
      running.add(trigger);
      fire(url, trigger, at)
        .catch((error: unknown) => {
          if (!signal.aborted) failed(`${trigger.worker} ${trigger.cron}`, error);
        })
        .finally(() => running.delete(trigger));
    }
  };

  const run = async (): Promise<void> => {
    for (let at = wholeMinute(Date.now()); ;) {
      const next = at + MINUTE_MS;
      await delay(isFast ? minuteMs : Math.max(0, next - Date.now()), undefined, { signal });
      // A machine that slept goes on with the minute that it is.
      at = isFast ? next : Math.max(next, wholeMinute(Date.now()));
      minute(at);
    }
  };
  run().catch(() => undefined);
  return () => stopping.abort();
}
