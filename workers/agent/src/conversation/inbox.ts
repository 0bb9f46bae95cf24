import type { Arrival, Contact, InboundEvent, InboundOptOut } from "@charla/domain/inbound";
import { newId } from "@charla/domain/ids";
import type { InRow, InState } from "@charla/domain/log";
import { mayAutomaticallySpeak } from "@charla/agent/owner";
import { newCall } from "../call/record.ts";
import type { Spend } from "@charla/domain/lease";
import type { Core } from "./core.ts";
import { newHead } from "./head.ts";
import { rename } from "./namesakes.ts";
import { isOurEcho, sentAs } from "./our-own.ts";

/** The oldest gives way: what its message would have been is anybody's guess by then. */
const MAX_PARKED = 100;

export type Intake = {
  accepted: number;
  duplicates: number;
  fresh: InRow[];
  changed: InRow[];
  humanEcho: boolean;
  optedOut: boolean;
  /** Somebody has asked for silence just now, and may be told that it was understood. */
  farewell: InboundOptOut | null;
};

/** Dedupe key: the same delivery has the same key however often it comes, for as long as the conversation exists. */
export const inboxKey = (channelKind: string, kind: string, externalId: string): string =>
  `i:${channelKind}:${kind}:${externalId}`;

/** Everything here happens in one synchronous tick: either all rows of the arrival are durable or none. */
export function takeIn(core: Core, objectId: string, arrival: Arrival, spentBefore?: Spend): Intake {
  const now = core.now();
  const intake: Intake = {
    accepted: 0,
    duplicates: 0,
    fresh: [],
    changed: [],
    humanEcho: false,
    optedOut: false,
    farewell: null,
  };
  // A status about a conversation that nobody began says nothing.
  if (!core.started && (arrival.events.length === 0 || arrival.ifBegun)) return intake;
  const starts = !core.started;
  if (starts) {
    core.log.create();
    core.begin(newHead(objectId, arrival, now, spentBefore));
  }
  // The channel has been given to another agent since: what comes from now on is that agent's.
  const moved = core.head.agentId !== arrival.agentId;
  core.head.agentId = arrival.agentId;
  let headChanged = starts || moved || isNewer(core.head.contact, arrival.contact);
  if (headChanged) core.head.contact = updated(core.head.contact, arrival.contact);
  for (const event of arrival.events) headChanged = takeEvent(core, arrival, event, now, intake) || headChanged;
  if (intake.accepted > 0) core.head.lastAt = core.head.lastInAt = now;
  if (headChanged) core.saveHead();
  return intake;
}

/** Names change; an arrival that knows none takes none away. */
const isNewer = (known: Contact, told: Contact): boolean =>
  (told.name !== undefined && told.name !== known.name) || (told.locale !== undefined && told.locale !== known.locale);

function takeEvent(core: Core, arrival: Arrival, event: InboundEvent, now: number, intake: Intake): boolean {
  const row: InRow = {
    seq: core.log.last + 1,
    kind: "in",
    turn: null,
    key: inboxKey(arrival.channelKind, event.kind, event.externalId),
    state: stateFor(core, event),
    at: event.at,
    body: {
      id: newId("message", now),
      event,
      arrivedAt: now,
      trackingId: arrival.trackingId,
      ...(event.kind === "call" && { call: newCall(event) }),
    },
  };
  if (!core.log.insert(row)) {
    intake.duplicates++;
    return noteConflict(core, row);
  }
  core.log.reserve();
  intake.accepted++;
  switch (event.kind) {
    case "message": {
      if (row.state === "applied") return applyParked(core, row, intake);
      intake.fresh.push(row);
      const held = hold(core, row);
      return applyParked(core, row, intake) || held;
    }
    case "unsupported":
      intake.fresh.push(row);
      return hold(core, row);
    case "edit":
    case "delete":
    case "reaction":
      return applyOrPark(core, row, intake);
    case "human_echo":
      if (row.state === "ignored") return false;
      intake.humanEcho = true;
      core.head.lastHumanSeq = row.seq;
      return true;
    case "identity":
      rename(core, event);
      return true;
    case "call":
      return false;
    case "opt_out":
    case "opt_in":
      if (!core.head.optedOut && event.confirm !== undefined) intake.farewell = event;
      core.head.optedOut = event.kind === "opt_out";
      intake.optedOut = core.head.optedOut;
      return true;
  }
}

/** The address changes by an identity event and by nothing else: what comes in may still bear the old one. */
function updated(known: Contact, { address, aliases = [], ...told }: Contact): Contact {
  const all = new Set([...(known.aliases ?? []), ...aliases, address].filter((one) => one !== known.address));
  return { ...known, ...told, ...(all.size > 0 && { aliases: [...all] }) };
}

function stateFor(core: Core, event: InboundEvent): InState {
  if (event.kind === "human_echo" && isOurEcho(core, event)) return "ignored";
  if (event.kind !== "message" && event.kind !== "unsupported") return "applied";
  if (event.kind === "message" && event.unanswered !== undefined) return "applied";
  return mayAutomaticallySpeak(core.head.owner, core.now()) ? "new" : "held";
}

/** Remembers where the messages begin that wait for a person. */
function hold(core: Core, row: InRow): boolean {
  if (row.state !== "held" || core.head.heldFrom !== null) return false;
  core.head.heldFrom = row.seq;
  return true;
}

/** The first body wins; a different body under a known id is kept visible for whoever looks for trouble. */
function noteConflict(core: Core, row: InRow): boolean {
  const known = row.key === null ? undefined : core.log.byKey(row.key);
  if (!known || known.kind !== "in" || sameContent(known.body.event, row.body.event)) return false;
  if (core.log.has(`x:${row.key}`)) return false;
  const detail = `A second, different body arrived under the id ${row.body.event.externalId}; the first was kept.`;
  core.note({ type: "audit", what: "inbound.conflict", detail }, { key: `x:${row.key}` });
  return false;
}

/** The instant is left out: adapters fill it in where the sender gave none. */
const sameContent = (a: InboundEvent, b: InboundEvent): boolean =>
  JSON.stringify({ ...a, at: 0 }) === JSON.stringify({ ...b, at: 0 });

function applyOrPark(core: Core, row: InRow, intake: Intake): boolean {
  const { event } = row.body;
  if (event.kind !== "edit" && event.kind !== "delete" && event.kind !== "reaction") return false;
  const target = core.log.byKey(inboxKey(core.head.channelKind, "message", event.target));
  if (!target || target.kind !== "in") {
    if (event.kind === "reaction" && (core.log.byKey(event.target) ?? sentAs(core, event.target))) return false;
    row.state = "parked";
    core.log.update(row);
    core.head.parked = [...core.head.parked.slice(1 - MAX_PARKED), row.seq];
    return true;
  }
  apply(core, row, target, intake);
  return false;
}

function applyParked(core: Core, message: InRow, intake: Intake): boolean {
  if (core.head.parked.length === 0) return false;
  const still: number[] = [];
  for (const seq of core.head.parked) {
    const row = core.log.bySeq(seq);
    if (!row || row.kind !== "in") continue;
    const { event } = row.body;
    if ("target" in event && event.target === message.body.event.externalId) {
      row.state = "applied";
      core.log.update(row);
      apply(core, row, message, intake);
    } else still.push(seq);
  }
  const changed = still.length !== core.head.parked.length;
  core.head.parked = still;
  return changed;
}

function apply(core: Core, row: InRow, target: InRow, intake: Intake): void {
  const { event } = row.body;
  if (event.kind === "edit") target.body.text = event.text;
  else if (event.kind === "delete") target.body.deleted = true;
  else if (event.kind === "reaction")
    target.body.reactions = event.emoji === "" ? [] : [...(target.body.reactions ?? []), event.emoji];
  core.log.update(target);
  intake.changed.push(target);
}
