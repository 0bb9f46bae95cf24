/** All vendors and the model in a process of their own, so that their work is nobody's. What is counted here is the truth. */
import { createServer } from "node:http";
import { echo } from "@charla/testkit/model/behaviour";
import { ModelServer } from "@charla/testkit/model/server";

export type OutsideWish = { listen: { vendors: number; model: number } } | { report: true };
export type OutsideReport = { calls: number; replies: number; problems: string[]; named: Record<string, number> };

/** Also as a form writes it. */
const MARK = /m(?::|%3A)([a-z0-9]+-\d+)/g;
const named: Record<string, number> = {};
let replies = 0;
let serial = 0;

/** What each vendor looks for in an answer, all in one. */
function answer(): string {
  const id = `out${++serial}`;
  return JSON.stringify({
    ok: true,
    id,
    sid: `SM${String(serial).padStart(32, "0")}`,
    status: "queued",
    messages: [{ id: `wamid.${id}` }],
    message_id: `m_${id}`,
    ts: `1790000000.${String(serial).padStart(6, "0")}`,
    result: { message_id: serial, chat: { id: 1 } },
    success: true,
  });
}

/** By Slack's channel, the posts in it as a look-up finds them: who does not know whether a post arrived asks for them. */
const posts = new Map<string, { metadata: unknown }[]>();

function slackAnswer(method: string, body: string): string {
  const form = new URLSearchParams(body);
  const channel = form.get("channel") ?? "";
  const known = posts.get(channel) ?? [];
  if (method === "conversations.history") return JSON.stringify({ ok: true, messages: known, has_more: false });
  if (method === "chat.postMessage")
    posts.set(channel, [{ metadata: JSON.parse(form.get("metadata") ?? "{}") }, ...known]);
  return answer();
}

const vendors = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    const slack = /^\/api\/([\w.]+)$/.exec(request.url ?? "")?.[1];
    response.setHeader("content-type", "application/json");
    response.end(slack === undefined ? answer() : slackAnswer(slack, body));
    const marks = [...body.matchAll(MARK)];
    if (marks.length > 0) replies++;
    for (const mark of marks) if (mark[1] !== undefined) named[mark[1]] = (named[mark[1]] ?? 0) + 1;
  });
});
vendors.keepAliveTimeout = 600_000;

let model: ModelServer | undefined;

process.on("message", (wish: OutsideWish) => {
  if ("listen" in wish) void listen(wish.listen.vendors, wish.listen.model);
  else process.send?.({ calls: model?.totals.calls ?? 0, replies, problems: model?.problems ?? [], named });
});
process.once("disconnect", () => process.exit(0));

async function listen(vendorPort: number, modelPort: number): Promise<void> {
  model = await ModelServer.start({ port: modelPort, keepCalls: false, script: echo() });
  vendors.listen(vendorPort, "127.0.0.1", () => process.send?.({ ready: true }));
}
