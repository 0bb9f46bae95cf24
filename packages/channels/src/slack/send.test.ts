import { newId } from "@charla/domain/ids";
import { SlackPhone } from "@charla/testkit/vendors/slack/phone";
import { SlackServer } from "@charla/testkit/vendors/slack/server";
import type { Workspace } from "@charla/testkit/vendors/slack/workspace";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { asSent, outMedia } from "../../test/out-media.ts";
import { type ConnectReport, isConnected } from "../connect.ts";
import type { Outgoing, SendResult } from "../contract.ts";
import { channels } from "../registry.ts";
import { type SlackAccount, SlackConfig } from "./account.ts";
import { connectSlack, disconnectSlack } from "./connect.ts";
import { openSlackFile } from "./media.ts";
import { attendSlack, lookUpSlack, sendSlack } from "./send.ts";

const { slack } = channels;

let server: SlackServer;
beforeAll(async () => {
  server = await SlackServer.start({ burst: 1_000 });
});
afterEach(() => {
  server.reception = () => ({});
});
afterAll(async () => {
  expect(server.problems).toEqual([]);
  await server.close();
});

const now = Date.now();
const context = { fetch, now, signal: AbortSignal.timeout(30_000) };

const accountOf = (team: Workspace, apiUrl = server.apiUrl): SlackAccount => ({
  id: newId("channel"),
  tenantId: newId("tenant"),
  webhookUrl: "https://charla.example/webhooks/slack/chn_1",
  config: SlackConfig.parse({ apiUrl }),
  secrets: { botToken: team.token, signingSecrets: [team.signingSecret] },
});

const outgoing = (thread: string, change: Partial<Outgoing> = {}): Outgoing => ({
  id: newId("message"),
  conversationId: newId("conversation"),
  thread,
  contact: { address: "U0ADA" },
  bubble: { text: "Hola" },
  inReplyTo: [],
  author: "ai",
  turnId: null,
  createdAt: now,
  tries: 1,
  lastInboundAt: now,
  ...change,
});

describe("messages", () => {
  it("go into their thread, in Slack's dialect", async () => {
    const team = server.newWorkspace("tienda");
    const channel = team.channel("general");
    const text = "**Abrimos** a las 9, [mira](https://x.example/?a=1&b=2) y <no>";
    const sent = await sendSlack(
      outgoing(`${team.teamId}:${channel}:1790000026.000100`, { bubble: { text } }),
      accountOf(team),
      context,
    );
    const [shown] = team.received(channel, "1790000026.000100");
    expect(shown?.text).toBe("*Abrimos* a las 9, <https://x.example/?a=1&amp;b=2|mira> y &lt;no&gt;");
    expect(sent).toEqual({ ok: true, state: "sent", providerId: `${channel}:${shown?.ts}` });
  });

  it("carry buttons whose presses come back with their ids", async () => {
    const team = server.newWorkspace("tienda");
    const channel = team.directMessage();
    const buttons = [
      { id: "talla:m", title: "Mediana" },
      { id: "talla:l", title: "Grande" },
    ];
    const [bubble] = slack.render({ text: "¿Qué talla?", buttons });
    if (bubble === undefined) throw new Error("no bubble");
    await sendSlack(outgoing(`${team.teamId}:${channel}`, { bubble: asSent(bubble) }), accountOf(team), context);
    expect(team.received(channel)).toMatchObject([
      {
        text: "¿Qué talla?",
        blocks: [
          { type: "section", text: "¿Qué talla?" },
          {
            keys: [
              { text: "Mediana", value: "talla:m" },
              { text: "Grande", value: "talla:l" },
            ],
          },
        ],
      },
    ]);
  });

  it("brings files up first and shares them with the words, found again by their names and sizes", async () => {
    const team = server.newWorkspace("tienda");
    const channel = team.directMessage();
    const bytes = new Uint8Array(Buffer.from("%PDF-1.7 carta"));
    const file = outMedia("https://x.example/a.pdf", "application/pdf", { name: "carta.pdf", size: bytes.length });
    const message = outgoing(`${team.teamId}:${channel}`, { bubble: { text: "**Aquí**", media: [file] } });
    const bringing = { ...context, readFile: async () => bytes };
    expect(await lookUpSlack(message, accountOf(team), context)).toBe("absent");
    expect(await sendSlack(message, accountOf(team), bringing)).toMatchObject({ ok: true });
    const [shown] = team.received(channel);
    expect(shown?.text).toBe("*Aquí*");
    expect(shown?.files?.map(({ name, bytes: there }) => [name, there.toString()])).toEqual([
      ["carta.pdf", "%PDF-1.7 carta"],
    ]);
    expect(await lookUpSlack(message, accountOf(team), context)).toBe("sent");
  });

  it("links to files where the app may not write any, and says nothing of one that is gone", async () => {
    const team = server.newWorkspace("tienda");
    team.scopes = team.scopes.filter((scope) => scope !== "files:write");
    const channel = team.directMessage();
    const media = [outMedia("https://x.example/a.pdf", "application/pdf", { name: "carta.pdf" })];
    const message = outgoing(`${team.teamId}:${channel}`, { bubble: { text: "Aquí", media } });
    const gone = { ...context, readFile: async () => null };
    expect(await sendSlack(message, accountOf(team), gone)).toMatchObject({ ok: false, class: "invalid" });
    const bringing = { ...context, readFile: async () => new Uint8Array(3) };
    expect(await sendSlack(message, accountOf(team), bringing)).toMatchObject({ ok: true });
    expect(team.received(channel)[0]?.text).toContain("<https://x.example/a.pdf|carta.pdf>");
  });

  it("are taken whatever Markdown a model writes, with buttons and without", async () => {
    const team = server.newWorkspace("tienda");
    const thread = `${team.teamId}:${team.directMessage()}`;
    const piece = fc.constantFrom(
      "**",
      "*",
      "_",
      "`",
      "```\n",
      "\n",
      "[a](",
      ")",
      "<b>",
      "&",
      "> ",
      "- ",
      "| a |",
      "# ",
      "😀",
      "ñ".repeat(400),
      "x ",
    );
    const markdown = fc.array(piece, { minLength: 1, maxLength: 20 }).map((parts) => `x${parts.join("")}`);
    await fc.assert(
      fc.asyncProperty(markdown, fc.boolean(), async (text, pressed) => {
        const buttons = pressed ? [{ id: "si", title: "Sí" }] : [];
        for (const bubble of slack.render({ text, buttons })) {
          expect(await sendSlack(outgoing(thread, { bubble: asSent(bubble) }), accountOf(team), context)).toMatchObject(
            { ok: true },
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it("are throttled by the channel and told for how long", async () => {
    const slow = await SlackServer.start({ burst: 2 });
    const team = slow.newWorkspace("tienda");
    const thread = `${team.teamId}:${team.directMessage()}`;
    const results: SendResult[] = [];
    for (let n = 0; n < 5; n++) results.push(await sendSlack(outgoing(thread), accountOf(team, slow.apiUrl), context));
    expect(results.find(({ ok }) => !ok)).toMatchObject({ class: "throttle", retryAfterMs: 1_000 });
    await slow.close();
  });
});

describe("a send whose answer was lost", () => {
  it.each([true, false])("is found in the conversation, in a thread: %s", async (inThread) => {
    const team = server.newWorkspace("tienda");
    const thread = `${team.teamId}:${inThread ? `${team.channel("general")}:1790000026.000100` : team.directMessage()}`;
    const message = outgoing(thread);
    const account = accountOf(team);
    expect(await lookUpSlack(message, account, context)).toBe("absent");
    server.reception = ({ method }) => (method === "chat.postMessage" ? { how: "cut" } : {});
    expect(await sendSlack(message, account, context)).toMatchObject({ ok: false, class: "ambiguous" });
    expect(await lookUpSlack(message, account, context)).toBe("sent");
    expect(await lookUpSlack({ ...message, id: newId("message") }, account, context)).toBe("absent");
  });

  it("stays unknown for an app that may not read, and in a talk too long to look through", async () => {
    const team = server.newWorkspace("tienda");
    const channel = team.directMessage();
    const message = outgoing(`${team.teamId}:${channel}`);
    const account = accountOf(team);
    for (let n = 0; n < 101; n++) await sendSlack(outgoing(message.thread), account, context);
    expect(await lookUpSlack(message, account, context)).toBe("unknown");
    team.scopes = ["chat:write"];
    expect(await lookUpSlack(message, account, context)).toBe("unknown");
  });
});

it("nothing repeats the token, whoever quotes it", async () => {
  const account = accountOf(server.newWorkspace("tienda"));
  const { botToken } = account.secrets;
  const thrown = await sendSlack(outgoing("T0TEAM:D0DM"), account, {
    ...context,
    fetch: () => Promise.reject(new Error(`Bearer ${botToken}`)),
  });
  const said = await sendSlack(outgoing("T0TEAM:D0DM"), account, {
    ...context,
    fetch: async () => Response.json({ ok: false, error: botToken }),
  });
  expect([thrown.ok, said.ok]).toEqual([false, false]);
  expect(JSON.stringify([thrown, said])).not.toContain(botToken);
});

it("writing is shown in the assistant's threads only", async () => {
  const team = server.newWorkspace("tienda");
  const dm = team.directMessage();
  const attention = { moment: "typing" as const, contact: { address: "U0ADA" }, events: [] };
  for (const thread of [
    `${team.teamId}:${dm}`,
    `${team.teamId}:${team.channel("x")}:1.000001`,
    `${team.teamId}:${dm}:1790000026.000100`,
  ]) {
    await attendSlack({ ...attention, thread }, accountOf(team), context);
  }
  expect(team.statuses).toMatchObject([{ channel: dm, threadTs: "1790000026.000100" }]);
});

describe("files", () => {
  const bytes = Buffer.from([0, 255, 128, 10]);
  const opened = async (team: Workspace, ref: string, mime?: string): ReturnType<typeof openSlackFile> =>
    openSlackFile({ type: "image", ref, ...(mime && { mime }) }, accountOf(team), context);

  it("are opened with the bot's token, by address or by id", async () => {
    const team = server.newWorkspace("tienda");
    const { id } = team.keep(bytes, "a.png", "image/png");
    for (const ref of [server.fileUrl(id), id]) {
      const file = await opened(team, ref, "image/png");
      if (!file.ok) throw new Error(file.message);
      expect(Buffer.from(await new Response(file.body).arrayBuffer())).toEqual(bytes);
    }
  });

  it("are denied when Slack shows its sign-in page instead, and gone when it knows none", async () => {
    const team = server.newWorkspace("tienda");
    const { id } = team.keep(bytes, "a.png", "image/png");
    expect(await opened(team, "F0NOTHING")).toMatchObject({ ok: false, class: "gone" });
    team.scopes = ["chat:write"];
    expect(await opened(team, server.fileUrl(id), "image/png")).toMatchObject({ ok: false, class: "denied" });
  });

  it("are looked for on the vendor's hosts only, and the token goes to no other", async () => {
    const team = server.newWorkspace("tienda");
    const asked: [string, string | null][] = [];
    const answering: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      asked.push([request.url, request.headers.get("authorization")]);
      return new Response(null, { status: 302, headers: { location: "https://slack-edge.evil.example/x" } });
    };
    const account = accountOf(team, "https://slack.com/api");
    for (const ref of [
      "https://evil.example/a",
      "http://files.slack.com.evil.example/a",
      "https://files.slack.com/a",
    ]) {
      const file = await openSlackFile({ type: "image", ref }, account, { ...context, fetch: answering });
      expect(file).toMatchObject({ ok: false, class: "denied" });
    }
    expect(asked).toEqual([["https://files.slack.com/a", `Bearer ${team.token}`]]);
  });
});

describe("connecting", () => {
  const states = ({ checks }: ConnectReport): Record<string, string> =>
    Object.fromEntries(checks.map(({ id, state }) => [id, state]));

  it("says who the app is and what a person has to paste where", async () => {
    const team = server.newWorkspace("tienda");
    const account = accountOf(team);
    const report = await connectSlack(account, context);
    expect(states(report)).toEqual({ token: "ok", scopes: "ok", events: "manual" });
    expect(report.learnt).toEqual({ teamId: team.teamId, botUserId: team.botUserId });
    expect(report.facts).toMatchObject({ team: "tienda", url: "https://tienda.slack.com/" });
    expect(report.checks.at(-1)?.help?.es).toContain(account.webhookUrl);
    expect(isConnected(report)).toBe(true);
  });

  it.each([
    [["chat:write"], "broken", "im:history"],
    [["chat:write", "app_mentions:read", "im:history"], "manual", "files:read"],
  ])("with the scopes %j is %s and names what is missing", async (scopes, state, missing) => {
    const team = server.newWorkspace("tienda");
    team.scopes = scopes;
    const report = await connectSlack(accountOf(team), context);
    const check = report.checks.find(({ id }) => id === "scopes");
    expect(check?.state).toBe(state);
    expect(check?.help?.es).toContain(missing);
  });

  it("says that a token is void, and disconnecting leaves the app to its owner", async () => {
    const team = server.newWorkspace("tienda");
    team.revoked = true;
    const report = await connectSlack(accountOf(team), context);
    expect(states(report)).toEqual({ token: "broken" });
    expect(report.checks[0]?.help?.es).toContain("xoxb-");
    expect(states(await disconnectSlack())).toEqual({ events: "manual" });
  });
});

it("the phone's presses and the sent buttons fit each other", async () => {
  const team = server.newWorkspace("tienda");
  const channel = team.directMessage();
  const bubble = { text: "¿Sí?", buttons: [{ id: "si", title: "Sí" }] };
  await sendSlack(outgoing(`${team.teamId}:${channel}`, { bubble: asSent(bubble) }), accountOf(team), context);
  const phone = new SlackPhone(server, team, channel);
  const [message] = team.received(channel);
  if (message === undefined) throw new Error("nothing was received");
  await expect(phone.press(message, "No")).rejects.toThrow("no button");
});
