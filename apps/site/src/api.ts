export type Demo = { channelId: string; agentName: string; outboundUrl?: string };

export type Answer<T> = { ok: true; value: T } | { ok: false; status: number; detail: string };

type Problem = { detail?: unknown; title?: unknown };

async function detailOf(response: Response): Promise<string> {
  try {
    const problem: Problem = await response.json();
    return String(problem.detail ?? problem.title ?? "");
  } catch {
    return "";
  }
}

type Sent = { method?: string; body?: string; headers?: Record<string, string> };

async function ask<T>(path: string, parse: (body: unknown) => T | null, sent: Sent = {}): Promise<Answer<T>> {
  const { headers, ...init } = sent;
  try {
    const response = await fetch(path, {
      ...init,
      headers: { accept: "application/json", "accept-language": document.documentElement.lang, ...headers },
    });
    if (!response.ok) return { ok: false, status: response.status, detail: await detailOf(response) };
    const value = parse(await response.json());
    return value === null ? { ok: false, status: response.status, detail: "" } : { ok: true, value };
  } catch {
    return { ok: false, status: 0, detail: "" };
  }
}

function parseDemo(body: unknown): Demo | null {
  if (typeof body !== "object" || body === null || !("channelId" in body) || typeof body.channelId !== "string")
    return null;
  const agentName = "agentName" in body && typeof body.agentName === "string" ? body.agentName : "";
  const outboundUrl = "outboundUrl" in body && typeof body.outboundUrl === "string" ? body.outboundUrl : undefined;
  return { channelId: body.channelId, agentName, outboundUrl };
}

export const readDemo = (): Promise<Answer<Demo>> => ask("/demo.json", parseDemo);

/** Whether a session cookie is there and good; the cookie itself is hidden from scripts. */
export async function isSignedIn(): Promise<boolean> {
  const answer = await ask("/v1/conversations?limit=1", () => true);
  return answer.ok;
}

function post(path: string, body: unknown): Promise<Answer<true>> {
  return ask(path, () => true, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
    body: JSON.stringify(body),
  });
}

const at = (conversationId: string, verb: string): string =>
  `/v1/conversations/${encodeURIComponent(conversationId)}/${verb}`;

export const takeOver = (conversationId: string): Promise<Answer<true>> => post(at(conversationId, "take-over"), {});
export const handBack = (conversationId: string): Promise<Answer<true>> => post(at(conversationId, "hand-back"), {});
export const sendAsPerson = (conversationId: string, text: string): Promise<Answer<true>> =>
  post(at(conversationId, "messages"), { text });
