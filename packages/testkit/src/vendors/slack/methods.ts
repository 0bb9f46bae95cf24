import * as z from "zod";

import { type Block, nextTs, type Pace, type Workspace } from "./workspace.ts";

/** What the Web API answers with `ok: false`. */
export class SlackError extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(code: string, status = 200, headers: Record<string, string> = {}) {
    super(code);
    this.status = status;
    this.headers = headers;
  }
}

const Text = (max: number) => z.string().min(1).max(max);
const Button = z.strictObject({
  type: z.literal("button"),
  action_id: Text(255),
  text: z.strictObject({ type: z.literal("plain_text"), text: Text(75) }),
  value: z.string().max(2000),
});
const Blocks = z
  .array(
    z.discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("section"),
        text: z.strictObject({ type: z.literal("mrkdwn"), text: Text(3000) }),
      }),
      z.strictObject({ type: z.literal("image"), image_url: z.url().max(3000), alt_text: Text(2000) }),
      z.strictObject({ type: z.literal("actions"), elements: z.array(Button).min(1).max(25) }),
    ]),
  )
  .min(1)
  .max(50);
const Metadata = z.strictObject({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) });
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue("not JSON");
        return z.NEVER;
      }
    })
    .pipe(schema);

export const PARAMS = {
  "auth.test": z.strictObject({}),
  "chat.postMessage": z.strictObject({
    channel: z.string(),
    thread_ts: z.string().optional(),
    text: z.string().max(40_000).optional(),
    blocks: json(Blocks).optional(),
    metadata: json(Metadata).optional(),
  }),
  "conversations.history": z.strictObject({
    channel: z.string(),
    oldest: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(999).optional(),
    include_all_metadata: z.enum(["true", "false"]).optional(),
  }),
  "conversations.replies": z.strictObject({
    channel: z.string(),
    ts: z.string(),
    oldest: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(1000).optional(),
    include_all_metadata: z.enum(["true", "false"]).optional(),
  }),
  "files.info": z.strictObject({ file: z.string() }),
  "files.getUploadURLExternal": z.strictObject({ filename: Text(255), length: z.coerce.number().int().min(1) }),
  "files.completeUploadExternal": z.strictObject({
    files: json(z.array(z.strictObject({ id: z.string(), title: z.string().optional() })).min(1)),
    channel_id: z.string(),
    thread_ts: z.string().optional(),
    initial_comment: z.string().max(40_000).optional(),
  }),
  "assistant.threads.setStatus": z.strictObject({ channel_id: z.string(), thread_ts: z.string(), status: z.string() }),
} satisfies Record<string, z.ZodType>;

export type Method = keyof typeof PARAMS;
export const isMethod = (name: string): name is Method => Object.hasOwn(PARAMS, name);

const NEEDS: Partial<Record<Method, string[]>> = {
  "chat.postMessage": ["chat:write"],
  "conversations.history": ["channels:history", "groups:history", "im:history"],
  "conversations.replies": ["channels:history", "groups:history", "im:history"],
  "files.info": ["files:read"],
  "files.getUploadURLExternal": ["files:write"],
  "files.completeUploadExternal": ["files:write"],
};

export type Tools = { pace: Pace; fileUrl: (id: string) => string; uploadUrl: (id: string) => string };

export function perform(
  team: Workspace,
  method: Method,
  params: unknown,
  { pace, fileUrl, uploadUrl }: Tools,
): Record<string, unknown> {
  const needs = NEEDS[method];
  if (needs !== undefined && !needs.some((scope) => team.scopes.includes(scope))) throw new SlackError("missing_scope");
  switch (method) {
    case "auth.test":
      return {
        url: `https://${team.name}.slack.com/`,
        team: team.name,
        user: "charla",
        team_id: team.teamId,
        user_id: team.botUserId,
        bot_id: team.botId,
      };
    case "chat.postMessage":
      return postMessage(team, PARAMS[method].parse(params), pace);
    case "conversations.history":
      return history(team, PARAMS[method].parse(params));
    case "conversations.replies":
      return history(team, PARAMS[method].parse(params));
    case "files.info": {
      const file = team.files.get(PARAMS[method].parse(params).file);
      if (file === undefined) throw new SlackError("file_not_found");
      return { file: { id: file.id, name: file.name, mimetype: file.mime, url_private_download: fileUrl(file.id) } };
    }
    case "files.getUploadURLExternal": {
      const { filename, length } = PARAMS[method].parse(params);
      const upload = { ...team.keep(Buffer.alloc(0), filename, "application/octet-stream"), length };
      team.uploads.set(upload.id, upload);
      return { upload_url: uploadUrl(upload.id), file_id: upload.id };
    }
    case "files.completeUploadExternal":
      return shareFiles(team, PARAMS[method].parse(params));
    case "assistant.threads.setStatus": {
      const { channel_id: channel, thread_ts: threadTs, status } = PARAMS[method].parse(params);
      team.statuses.push({ channel, threadTs, status });
      return {};
    }
  }
}

function postMessage(
  team: Workspace,
  params: z.infer<(typeof PARAMS)["chat.postMessage"]>,
  pace: Pace,
): Record<string, unknown> {
  const { channel, thread_ts: threadTs, text = "", blocks = [], metadata } = params;
  const room = team.channels.get(channel);
  if (room === undefined) throw new SlackError("channel_not_found");
  if (room.archived) throw new SlackError("is_archived");
  if (!room.member) throw new SlackError("not_in_channel");
  if (text === "" && blocks.length === 0) throw new SlackError("no_text");
  const ids = blocks.flatMap((block) => (block.type === "actions" ? block.elements.map((one) => one.action_id) : []));
  if (new Set(ids).size < ids.length) throw new SlackError("invalid_blocks");
  const wait = pace.spend(`${team.token}/${channel}`);
  if (wait > 0) throw new SlackError("ratelimited", 429, { "retry-after": String(wait) });
  const ts = nextTs();
  const user = team.botUserId;
  team.messages.push({ channel, ts, threadTs, user, text, blocks: blocks.map(shownBlock), metadata, ours: true });
  return { channel, ts, message: { type: "message", user, bot_id: team.botId, app_id: team.appId, ts, text } };
}

/** Files become a message when they are shared; nothing of ours can be hidden in it. */
function shareFiles(
  team: Workspace,
  params: z.infer<(typeof PARAMS)["files.completeUploadExternal"]>,
): Record<string, unknown> {
  const { channel_id: channel, thread_ts: threadTs, initial_comment: text = "" } = params;
  const room = team.channels.get(channel);
  if (room === undefined) throw new SlackError("channel_not_found");
  if (!room.member) throw new SlackError("not_in_channel");
  const files = params.files.map(({ id }) => {
    const file = team.uploads.get(id);
    if (file === undefined || file.bytes.length !== file.length) throw new SlackError("file_not_found");
    return file;
  });
  const ts = nextTs();
  const user = team.botUserId;
  team.messages.push({ channel, ts, threadTs, user, text, blocks: [], metadata: undefined, ours: true, files });
  return { files: files.map(({ id, name }) => ({ id, title: name })) };
}

function shownBlock(block: z.infer<typeof Blocks>[number]): Block {
  if (block.type === "section") return { type: block.type, text: block.text.text };
  if (block.type === "image") return { type: block.type, image: block.image_url };
  const keys = block.elements.map(({ action_id, text, value }) => ({ action_id, text: text.text, value }));
  return { type: block.type, keys };
}

type HistoryParams = { channel: string; ts?: string; oldest?: string; limit?: number; include_all_metadata?: string };

function history(
  team: Workspace,
  { channel, ts, oldest = "0", limit = 100, include_all_metadata: all }: HistoryParams,
): Record<string, unknown> {
  const found = team.messages.filter(
    (one) =>
      one.channel === channel &&
      (ts === undefined ? one.threadTs === undefined : one.threadTs === ts || one.ts === ts) &&
      Number(one.ts) >= Number(oldest),
  );
  if (ts === undefined) found.reverse();
  return {
    has_more: found.length > limit,
    messages: found.slice(0, limit).map((one) => ({
      type: "message",
      ts: one.ts,
      user: one.user,
      text: one.text,
      ...(one.files && { files: one.files.map(({ id, name, bytes }) => ({ id, name, size: bytes.length })) }),
      ...(all === "true" && one.metadata && { metadata: one.metadata }),
    })),
  };
}
