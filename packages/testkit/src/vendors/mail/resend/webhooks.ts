import { createHmac, randomBytes } from "node:crypto";

import type { Draft } from "../mailbox.ts";
import type { Letter } from "../letter.ts";
import type { Hook, Received, ResendTeam } from "./team.ts";

export type Posted = { hook: Hook; id: string; body: string; status: number };

const HEADERS = ["in-reply-to", "references"];

/** The mail is taken in and the webhook says so, with none of its words. */
export function receive(team: ResendTeam, draft: Draft): Promise<Posted[]> {
  return postAll(team, "email.received", receivedData(team.keep(draft)));
}

export const report = (
  team: ResendTeam,
  letter: Letter,
  type: string,
  more: Record<string, unknown> = {},
): Promise<Posted[]> =>
  postAll(team, type, {
    created_at: new Date().toISOString(),
    email_id: letter.id,
    from: letter.from,
    to: [letter.to],
    subject: letter.subject,
    tags: letter.tags,
    ...more,
  });

function receivedData({ id, draft, at, files }: Received): Record<string, unknown> {
  return {
    email_id: id,
    created_at: at.toISOString(),
    from: `${draft.name} <${draft.from}>`,
    to: draft.to,
    cc: [],
    bcc: [],
    received_for: draft.to,
    message_id: draft.messageId,
    subject: draft.subject,
    attachments: files.map((file) => attachmentOf(draft, file)),
  };
}

const attachmentOf = ({ files }: Draft, { id, index }: Received["files"][number]): Record<string, unknown> => ({
  id,
  filename: files[index]?.name,
  content_type: files[index]?.mime,
  content_disposition: "attachment",
  content_id: null,
});

/** What the API says of a mail that came in. */
export const wholeOf = (received: Received): Record<string, unknown> => ({
  object: "email",
  ...receivedData(received),
  id: received.id,
  text: received.draft.text,
  html: received.draft.html ?? null,
  headers: {
    date: received.draft.date.toUTCString(),
    ...Object.fromEntries(
      Object.entries(received.draft.headers).map(([name, value]) => [
        HEADERS.includes(name.toLowerCase()) ? name.toLowerCase() : name,
        value,
      ]),
    ),
  },
  reply_to: [],
});

async function postAll(team: ResendTeam, type: string, data: Record<string, unknown>): Promise<Posted[]> {
  const body = JSON.stringify({ type, created_at: new Date().toISOString(), data });
  const wanted = team.hooks.filter(({ status, events }) => status === "enabled" && events.includes(type));
  return Promise.all(wanted.map((hook) => post(team, hook, `msg_${randomBytes(12).toString("hex")}`, body)));
}

/** The same again, as after an answer that was lost. */
export const redeliver = (team: ResendTeam, { hook, id, body }: Posted): Promise<Posted> => post(team, hook, id, body);

async function post(team: ResendTeam, hook: Hook, id: string, body: string): Promise<Posted> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(hook.signing_secret.replace("whsec_", ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  const { pathname, search, origin } = new URL(hook.endpoint);
  const response = await team.send((team.through ?? origin) + pathname + search, {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      "svix-id": id,
      "svix-timestamp": timestamp,
      "svix-signature": `v1,${signature}`,
    },
    body,
  });
  await response.arrayBuffer();
  return { hook, id, body, status: response.status };
}
