import type { ChannelAlertRow } from "@charla/db/tenant/channel-alerts";
import { AlertFacts, AlertKind } from "@charla/domain/channel-alert";
import * as z from "zod";
import { isoTime, PageInput } from "../paging.ts";

const INSTANTS = { lastInAt: z.string(), failedAt: z.string(), expiresAt: z.string() };

export const ListChannelAlertsInput = PageInput.extend({
  state: z.enum(["open", "closed"]).optional(),
  channelId: z.string().max(64).optional(),
  kind: AlertKind.optional(),
});
export type ListChannelAlertsInput = z.infer<typeof ListChannelAlertsInput>;

export const ChannelAlertOut = z.object({
  id: z.string(),
  channelId: z.string(),
  kind: AlertKind.describe(
    "Nobody writes any more, signatures are wrong, the vendor lets us in no longer, it soon will not, messages do not get through",
  ),
  state: z.enum(["open", "closed"]),
  openedAt: z.string(),
  closedAt: z.string().nullable(),
  toldAt: z.string().nullable().describe("When the administrators were told by mail"),
  facts: AlertFacts.extend({
    lastInAt: INSTANTS.lastInAt.optional().describe("When somebody last wrote"),
    failedAt: INSTANTS.failedAt.optional().describe("The last failure"),
    expiresAt: INSTANTS.expiresAt.optional().describe("When the vendor's permission ends"),
  }).describe("The numbers that made the alert, as they were last seen"),
});
export type ChannelAlertOut = z.infer<typeof ChannelAlertOut>;

export const ChannelHealthOut = z.object({
  channelId: z.string(),
  state: z
    .enum(["off", "unknown", "well", "trouble"])
    .describe("`off`: disabled; `unknown`: nothing has been counted yet; `trouble`: an alert is open"),
  lastInAt: z.string().nullable().describe("When somebody last wrote"),
  lastHour: z
    .object({
      received: z.int(),
      sent: z.int(),
      failed: z.int(),
      refused: z.int().describe("Deliveries whose signature was wrong"),
    })
    .nullable(),
  waiting: z.int().describe("Messages that have waited for more than a quarter of an hour"),
  rhythm: z
    .object({
      weekly: z.number().describe("Conversations that usually write in a week"),
      expected: z.number().describe("Conversations that the silence should have brought"),
      tolerated: z.number().describe("So many missing ones are no chance any more"),
    })
    .nullable()
    .describe("What is usual here; null for the first two weeks, and where too little is written to tell"),
  expiresAt: z.string().nullable().describe("When the vendor's permission ends, where the vendor says so"),
  alerts: z.array(ChannelAlertOut).describe("Those that are open"),
});
export type ChannelHealthOut = z.infer<typeof ChannelHealthOut>;

export function toChannelAlertOut(row: ChannelAlertRow): ChannelAlertOut {
  const { id, channelId, kind, openedAt, closedAt, openingToldAt } = row;
  const { lastInAt, failedAt, expiresAt, ...numbers } = row.facts;
  return {
    id,
    channelId,
    kind,
    state: closedAt === null ? "open" : "closed",
    openedAt: isoTime(openedAt),
    closedAt: timeOrNull(closedAt),
    toldAt: timeOrNull(openingToldAt === 0 ? null : openingToldAt),
    facts: {
      ...numbers,
      ...(lastInAt !== undefined && { lastInAt: isoTime(lastInAt) }),
      ...(failedAt !== undefined && { failedAt: isoTime(failedAt) }),
      ...(expiresAt !== undefined && { expiresAt: isoTime(expiresAt) }),
    },
  };
}

export const timeOrNull = (at: number | null): string | null => (at === null ? null : isoTime(at));
