import * as z from "zod";
import { PageInput } from "../paging.ts";

export const ListConversationsInput = PageInput.extend({
  agentId: z.string().optional(),
  channelId: z.string().optional(),
  contactId: z.string().optional(),
  owner: z.enum(["ai", "human", "paused"]).optional(),
  handover: z
    .enum(["true", "false"])
    .transform((value) => value === "true")
    .optional()
    .describe("Only conversations that wait for a person"),
  state: z.enum(["active", "parked"]).optional(),
});
export type ListConversationsInput = z.infer<typeof ListConversationsInput>;

export const ConversationOut = z.object({
  id: z.string(),
  channelId: z.string(),
  channelKind: z.string(),
  agentId: z.string(),
  contact: z.object({ id: z.string(), name: z.string().nullable(), locale: z.string().nullable() }),
  thread: z.string().nullable().describe("Null where the contact was erased"),
  owner: z.object({
    type: z.enum(["ai", "human", "paused"]),
    memberId: z.string().nullable(),
    until: z.string().nullable(),
  }),
  handover: z.boolean(),
  state: z
    .enum(["active", "parked"])
    .describe("Parked: what comes in is kept, nothing is answered or sent until the cause has gone"),
  parkedReason: z.string().nullable(),
  usage: z.object({ tokens: z.number(), costMicros: z.number() }),
  createdAt: z.string(),
  lastAt: z.string(),
});
export type ConversationOut = z.infer<typeof ConversationOut>;

export const ListMessagesInput = PageInput;
export type ListMessagesInput = PageInput & { conversationId: string };

const FileOut = z.object({
  state: z.enum(["started", "stored", "done"]),
  mime: z.string().optional().describe("By its bytes"),
  size: z.int().optional(),
  sha256: z.string().optional(),
  text: z.string().optional().describe("Its words as the model reads them"),
  truncated: z.boolean().optional(),
  error: z.string().optional().describe("Why it has no words"),
});

export const CallOut = z.object({
  direction: z.string(),
  from: z.string(),
  to: z.string(),
  state: z.enum(["open", "over"]),
  sessions: z.int().describe("Times the line was opened; more than one after an interruption"),
  language: z.string(),
  startedAt: z.string(),
  answeredAt: z.string().optional(),
  endedAt: z.string().optional(),
  seconds: z.number().optional(),
  ending: z.string().optional().describe("How the vendor says that it ended"),
  dialled: z.string().optional().describe("What became of calling a person to the line"),
  lineMicros: z.number().optional().describe("What the line cost, by the rate that the channel is set to"),
  modelMicros: z.number().optional().describe("What the models had cost by the end of the call"),
});
export type CallOut = z.infer<typeof CallOut>;

/** What is under a message's seal. */
export const MessageContent = z.object({
  text: z.string(),
  media: z.array(z.record(z.string(), z.json())).optional(),
  files: z
    .array(FileOut.nullable())
    .optional()
    .describe("What became of each file of `media`, in the same order; null where it was not begun with"),
  action: z.object({ id: z.string(), title: z.string() }).optional(),
  buttons: z.array(z.object({ id: z.string(), title: z.string() })).optional(),
  replyTo: z.string().optional(),
  inReplyTo: z.array(z.string()).optional(),
  reactions: z.array(z.string()).optional(),
  unsupported: z.string().optional(),
  edited: z.boolean().optional(),
  call: CallOut.optional().describe("The telephone call that the conversation is; what was said are the messages"),
  cutFrom: z.int().optional().describe("Length before it was cut to what the person heard when they broke in"),
  externalId: z.string().optional(),
  authorName: z.string().optional(),
  error: z.object({ class: z.string(), message: z.string() }).optional(),
});

export const MessageOut = MessageContent.extend({
  id: z.string(),
  conversationId: z.string(),
  seq: z.int(),
  direction: z.enum(["in", "out"]),
  author: z.enum(["contact", "ai", "human", "system"]),
  memberId: z.string().nullable(),
  state: z.string(),
  turn: z.int().nullable(),
  deleted: z.boolean(),
  erased: z.boolean().describe("The contact was erased, and the content with it"),
  at: z.string(),
});
export type MessageOut = z.infer<typeof MessageOut>;

export const StepOut = z.object({
  conversationId: z.string(),
  seq: z.int(),
  turn: z.int().nullable(),
  n: z.int(),
  type: z
    .enum(["model", "tool", "retrieval"])
    .describe("`retrieval`: the knowledge that was looked up before the model was asked"),
  state: z.string(),
  name: z.string().describe("The tool, or the model"),
  provider: z.string().nullable(),
  purpose: z.string().nullable(),
  effect: z.string().nullable(),
  attempt: z.int(),
  finish: z.string().nullable(),
  errorCode: z.string().nullable(),
  usage: z.object({ input: z.number(), output: z.number(), cached: z.number() }),
  costMicros: z.number(),
  ms: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  at: z.string(),
  content: z
    .record(z.string(), z.json())
    .nullable()
    .describe(
      "Text and calls, input and output, or query and passages with their scores; null where the contact was erased",
    ),
});
export type StepOut = z.infer<typeof StepOut>;

export const TurnOut = z.object({
  conversationId: z.string(),
  seq: z.int(),
  id: z.string(),
  state: z.string(),
  outcome: z.string().nullable(),
  error: z.string().nullable(),
  agentId: z.string(),
  releaseId: z.string(),
  trackingId: z.string(),
  epoch: z.int(),
  resumes: z.int(),
  supersedes: z.int(),
  usage: z.object({ input: z.number(), output: z.number(), cached: z.number() }),
  costMicros: z.number(),
  openedAt: z.string(),
  closedAt: z.string().nullable(),
  steps: z.array(StepOut),
});
export type TurnOut = z.infer<typeof TurnOut>;
export type ListTurnsInput = PageInput & { conversationId: string };
export type ListStepsInput = { conversationId: string; turn: number };

export const SearchMessagesInput = PageInput.extend({
  query: z.string().min(2).max(200).describe("Messages that hold all of these words"),
});
export type SearchMessagesInput = z.infer<typeof SearchMessagesInput>;
