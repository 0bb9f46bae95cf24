import * as z from "zod";

/** Queue message `events`: rows of one conversation's log that the tenant's database does not have yet. */
export const ProjectionEvent = z.object({
  v: z.literal(1),
  tenantId: z.string(),
  conversation: z.object({
    id: z.string(),
    channelId: z.string(),
    channelKind: z.string(),
    agentId: z.string(),
    thread: z.string(),
    contactId: z.string(),
    contact: z.object({
      address: z.string(),
      aliases: z.array(z.string()).optional(),
      name: z.string().optional(),
      locale: z.string().optional(),
    }),
    owner: z.object({
      type: z.enum(["ai", "human", "paused"]),
      memberId: z.string().optional(),
      until: z.number().optional(),
    }),
    createdAt: z.number(),
    lastAt: z.number(),
    handover: z.boolean(),
    /** Why nothing is done in it for now; absent while all is well. */
    parked: z.string().optional(),
  }),
  /** Grows with every change of the log; a consumer never lets an older version overwrite a newer one. */
  version: z.number().int(),
  sentAt: z.number(),
  /** Total spend of the conversation so far; totals, not differences, so that a repeat is harmless. */
  spent: z.object({ tokens: z.number(), micros: z.number() }),
  spentBefore: z.object({ tokens: z.number(), micros: z.number() }),
  rows: z.array(
    z.object({
      seq: z.number().int(),
      kind: z.enum(["in", "turn", "step", "out", "note"]),
      turn: z.number().int().nullable(),
      state: z.string(),
      at: z.number(),
      body: z.string().describe("JSON, as in the log"),
    }),
  ),
});
export type ProjectionEvent = z.infer<typeof ProjectionEvent>;

type Row = ProjectionEvent["rows"][number];
/** As it travels: a row that no queue message can hold comes without its body, and the conversation is asked for it. */
export type QueuedProjection = Omit<ProjectionEvent, "rows"> & {
  rows: (Omit<Row, "body"> & { body: string | null })[];
};

/** Queue message `inbound`: an arrival whose object could not be reached in time. */
export type SpillEvent = {
  v: 1;
  arrival: import("./inbound.ts").Arrival;
  /** It was given up once, and its tenant was shown each event as a dead letter. */
  replayed?: true;
};
