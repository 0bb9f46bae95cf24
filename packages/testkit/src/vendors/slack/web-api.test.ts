import { ErrorCode, WebClient } from "@slack/web-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { SlackServer } from "./server.ts";
import type { Workspace } from "./workspace.ts";

/** The stand-in is only worth something if Slack's own client gets along with it. */
let server: SlackServer;
beforeAll(async () => {
  server = await SlackServer.start({ burst: 2 });
});
afterAll(async () => {
  expect(server.problems).toEqual([]);
  await server.close();
});

const clientOf = (team: Workspace, token = team.token): WebClient =>
  new WebClient(token, {
    slackApiUrl: `${server.apiUrl}/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });

const refusal = async (
  act: Promise<unknown>,
): Promise<{ code?: string; data?: { error?: string }; retryAfter?: number }> =>
  act.then(
    () => ({}),
    (error: unknown) => Object(error),
  );

describe("Slack's client", () => {
  it("says who it is and which scopes it has", async () => {
    const team = server.newWorkspace("tienda");
    const who = await clientOf(team).auth.test();
    expect(who).toMatchObject({ ok: true, team: "tienda", user_id: team.botUserId, bot_id: team.botId });
    expect(who.response_metadata?.scopes).toEqual(team.scopes);
  });

  it("posts text, blocks and metadata, and reads them back", async () => {
    const team = server.newWorkspace("tienda");
    const channel = team.channel("general");
    const client = clientOf(team);
    const posted = await client.chat.postMessage({
      channel,
      text: "¿Seguro?",
      blocks: [
        { type: "section", text: { type: "mrkdwn", text: "*¿Seguro?*" } },
        {
          type: "actions",
          elements: [{ type: "button", action_id: "a", text: { type: "plain_text", text: "Sí" }, value: "si" }],
        },
      ],
      metadata: { event_type: "charla_message", event_payload: { id: "msg_1" } },
    });
    expect(team.received(channel)).toMatchObject([
      { ts: posted.ts, blocks: [{ type: "section" }, { keys: [{ value: "si" }] }] },
    ]);
    const { messages } = await client.conversations.history({ channel, include_all_metadata: true });
    expect(messages).toMatchObject([{ ts: posted.ts, metadata: { event_payload: { id: "msg_1" } } }]);
  });

  it("gets errors as errors and a wait as a wait", async () => {
    const team = server.newWorkspace("tienda");
    const channel = team.channel("general");
    const client = clientOf(team);
    const unknown = await refusal(client.chat.postMessage({ channel: "C0NONE", text: "hola" }));
    expect([unknown.code, unknown.data?.error]).toEqual([ErrorCode.PlatformError, "channel_not_found"]);
    const stranger = await refusal(clientOf(team, "xoxb-nobody").auth.test());
    expect(stranger.data?.error).toBe("invalid_auth");
    await Promise.all([1, 2].map(() => client.chat.postMessage({ channel, text: "hola" })));
    const limited = await refusal(client.chat.postMessage({ channel, text: "hola" }));
    expect([limited.code, limited.retryAfter]).toEqual([ErrorCode.RateLimitedError, 1]);
  });
});
