import type { Ability } from "../shared/protocol.ts";
import type { Driver } from "./driver.ts";

/** What the page may offer: exactly what the phone of this channel has. */
export function abilitiesOf(driver: Driver): Ability[] {
  const has: Record<Ability, boolean> = {
    files: driver.sendFile !== undefined,
    react: driver.react !== undefined,
    edit: driver.edit !== undefined,
    unsend: driver.unsend !== undefined,
    quote: driver.quotes === true,
    owner: driver.ownerSays !== undefined,
    reports: driver.reports.length > 0,
    subject: driver.subjects === true,
    calls: driver.dial !== undefined,
    redeliver: driver.redeliver !== undefined,
  };
  return (Object.keys(has) as Ability[]).filter((ability) => has[ability]);
}
