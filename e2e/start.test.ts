import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { Api, at, listAt, textAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishChannel, furnishTenant } from "@charla/testkit/charla/furnish";
import { platformMails } from "@charla/testkit/charla/mail-outbox";
import { SourceTree } from "@charla/testkit/charla/tree";
import { message } from "@charla/testkit/integrator/events";
import { send } from "@charla/testkit/integrator/sender";
import { until } from "@charla/testkit/poll";

import { portProblem } from "../scripts/dev/ports.ts";
import { Entry } from "./entry.ts";
import { freePort, PORTS_OF_A_START } from "./free-port.ts";

let tree: SourceTree;
const running = new Set<Entry>();

beforeAll(() => {
  tree = new SourceTree({ pages: true });
});
afterEach(async (context) => {
  if (context.task.result?.state !== "fail") return;
  for (const entry of running) console.error(entry.output);
  await Promise.all([...running].map((entry) => entry.kill()));
});
afterAll(async () => {
  await Promise.all([...running].map((entry) => entry.kill()));
  tree.remove();
});

const follow = (entry: Entry): Entry => {
  running.add(entry);
  return entry;
};

const demoOf = (): { tenantId: string; apiKey: string; httpChannelId: string; secret: string; channelId: string } => {
  const seeded: unknown = JSON.parse(tree.read(".wrangler/demo.json"));
  return {
    tenantId: textAt(seeded, "tenantId"),
    apiKey: textAt(seeded, "apiKey"),
    httpChannelId: textAt(seeded, "httpChannelId"),
    secret: textAt(seeded, "httpSecrets", "signingSecrets", 0),
    channelId: textAt(seeded, "webchatChannelId"),
  };
};

// A start takes seconds, on a busy machine many; what is measured is compared within the run.
vi.setConfig({ testTimeout: 300_000 });

/** Written when the databases were brought up to date, which takes most of a first start. */
const migratedAt = (): number => statSync(join(tree.root, ".wrangler/state/migrated")).mtimeMs;

const QUESTION = "¿Cuánto cuesta arreglar un pinchazo?";
const PRICE = "12 €";

async function openSession(url: string): Promise<{ messages: string; headers: Record<string, string> }> {
  const base = `${url}/chat/${demoOf().channelId}`;
  const session = await fetch(`${base}/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: "{}",
  });
  const token = textAt(await session.json(), "token");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", origin: url };
  return { messages: `${base}/messages`, headers };
}

const textsIn = async (url: string, headers: Record<string, string>): Promise<string> =>
  JSON.stringify(await (await fetch(`${url}?after=0`, { headers })).json());

describe("npm start on an empty folder", () => {
  let entry: Entry;
  let port: number;
  let visitor: { messages: string; headers: Record<string, string> };
  let firstMs = 0;

  beforeAll(async () => {
    port = await freePort();
    entry = follow(Entry.script(tree, "--port", String(port)));
    firstMs = (await entry.ready()).ms;
  }, 300_000);

  test("says where the demo, the API, its reference and the log are, and each is there", async () => {
    expect(entry.told("Demostración / Demo")).toBe(`http://localhost:${port}/`);
    const page = await fetch(entry.told("Demostración / Demo"));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<html");
    expect((await fetch(`http://localhost:${port}/chat/widget.js`)).status).toBe(200);
    const refused = await fetch(`${entry.told("API ")}/agents`);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("content-type")).toContain("application/problem+json");
    expect((await fetch(entry.told("Documentación de la API"))).status).toBe(200);
    expect(existsSync(entry.told("Registro / Log"))).toBe(true);
  });

  test("gives a link that signs in, once", async () => {
    const link = new URL(entry.told("Entrar (un solo uso)"));
    expect((await fetch(link)).status).toBe(200);
    const press = (): Promise<Response> =>
      fetch(new URL(link.pathname, link), {
        method: "POST",
        headers: { origin: link.origin },
        body: link.searchParams,
        redirect: "manual",
      });
    const first = await press();
    const cookie = first.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const mine = await fetch(`http://localhost:${port}/v1/conversations`, { headers: { cookie } });
    expect(mine.status).toBe(200);
    const again = await press();
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  test("serves a demo that answers what is asked in its chat", async () => {
    visitor = await openSession(`http://localhost:${port}`);
    const body = JSON.stringify({ id: "q1", text: QUESTION });
    const sent = await fetch(visitor.messages, { method: "POST", headers: visitor.headers, body });
    expect(sent.status).toBe(202);
    await until("the demo answers", async () => (await textsIn(visitor.messages, visitor.headers)).includes(PRICE));
  });

  test("shows what left for the outside on the page it names", async () => {
    const { httpChannelId, secret } = demoOf();
    const outbound = entry.told("Mensajes salientes");
    await send(message("from-outside", 1, QUESTION), {
      url: `http://localhost:${port}/webhooks/http/${httpChannelId}`,
      secret,
    });
    await until("the answer is on the page", async () => (await (await fetch(outbound)).text()).includes(PRICE));
  });

  test("gives addresses out under its own port, whichever Worker makes them", async () => {
    const api = new Api(`http://localhost:${port}`, demoOf().apiKey);
    const listed = `/v1/conversations?channelId=${demoOf().httpChannelId}`;
    const id = await until("the conversation is listed", async () => at(await api.get(listed), "data", 0, "id"));
    const upload = await fetch(`http://localhost:${port}/v1/conversations/${String(id)}/files?name=horario.txt`, {
      method: "POST",
      headers: { authorization: `Bearer ${demoOf().apiKey}`, "content-type": "text/plain" },
      body: "De lunes a viernes",
    });
    const file = textAt(await upload.json(), "id");
    await api.post(`/v1/conversations/${String(id)}/messages`, {
      text: "Nuestro horario",
      attachments: [{ id: file }],
    });
    const sent = `${entry.told("Mensajes salientes")}messages.json`;
    const link = await until("the link is in what left", async () => {
      const text = (await (await fetch(sent)).text()).replaceAll("\\", "");
      return /http:\/\/[^"\s]+\/files\/[^"\s]+/.exec(text)?.[0];
    });
    expect(new URL(link).origin).toBe(`http://localhost:${port}`);
    expect(await (await fetch(link)).text()).toBe("De lunes a viernes");
  });

  test("leaves a port alone that somebody has, and names one that would do", async () => {
    const second = follow(Entry.npmStart(tree, "--port", String(port)));
    expect(await second.ended()).toBe(1);
    expect(second.output).toContain(`El puerto ${port} está ocupado`);
    const suggested = Number(/Port \d+ is taken\. Try: npm start -- --port (\d+)/.exec(second.output)?.[1]);
    expect(await portProblem(suggested, PORTS_OF_A_START)).toBeUndefined();
    await second.leavesNothing();
    expect((await fetch(`http://localhost:${port}/readyz`)).status).toBe(200);
  });

  test("refuses a folder of data that another start uses", async () => {
    const second = follow(Entry.npmStart(tree, "--port", String(await freePort())));
    expect(await second.ended()).toBe(1);
    expect(second.output).toContain(join(tree.root, ".wrangler/state"));
    expect(second.output).toMatch(/ya usa los datos[\s\S]*already uses the data[^\n]*--state/);
    await second.leavesNothing();
    expect((await fetch(`http://localhost:${port}/readyz`)).status).toBe(200);
  });

  test("ends whole at Ctrl-C, and the next start finds everything again, sooner", async () => {
    entry.signalGroup("SIGINT");
    expect(await entry.ended()).toBe(0);
    await entry.leavesNothing();
    expect(await portProblem(port, PORTS_OF_A_START)).toBeUndefined();

    const before = demoOf();
    const migrated = migratedAt();
    const next = follow(Entry.npmStart(tree, "--port", String(port)));
    const { url, ms } = await next.ready();
    console.log(`first start ${(firstMs / 1000).toFixed(1)} s, second start ${(ms / 1000).toFixed(1)} s`);
    expect(demoOf()).toEqual(before);
    expect(await textsIn(visitor.messages, visitor.headers)).toContain(PRICE);
    const api = new Api(url, before.apiKey);
    await until("both conversations are listed", async () => {
      return listAt(await api.get("/v1/conversations"), "data").length === 2;
    });
    // Ten seconds are what a person is promised; on a machine that others use as well, only the order of things can be asked.
    expect(ms).toBeLessThan(Math.max(30_000, 1.5 * firstMs));
    expect(migratedAt()).toBe(migrated);

    // npm passes no signal on to what it started; the start notices by itself that it was left alone.
    next.signalAlone("SIGTERM");
    await next.leavesNothing();
    expect(await portProblem(port, PORTS_OF_A_START)).toBeUndefined();
  });
});

describe("a start leaves no process and no port behind", () => {
  test.each([
    ["asked to end by its supervisor", (entry: Entry) => entry.signalAlone("SIGTERM")],
    ["whose first process is killed", (entry: Entry) => entry.signalAlone("SIGKILL")],
    ["killed as a whole", (entry: Entry) => entry.signalGroup("SIGKILL")],
  ])("%s", async (_, end) => {
    const port = await freePort();
    const entry = follow(Entry.script(tree, "--no-seed", "--quiet", "--port", String(port)));
    await entry.ready();
    expect(entry.family().length).toBeGreaterThan(3);
    end(entry);
    await entry.leavesNothing();
    expect(await portProblem(port, PORTS_OF_A_START)).toBeUndefined();
  });

  test("interrupted before it is up", async () => {
    const port = await freePort();
    const entry = follow(Entry.script(tree, "--port", String(port)));
    await entry.said("Getting ready");
    entry.signalGroup("SIGINT");
    await entry.leavesNothing();
    expect(await portProblem(port, PORTS_OF_A_START)).toBeUndefined();
  });
});

describe("what a killed start leaves running is gone before the next one opens the data", () => {
  test.each([
    ["the start alone is killed", (command: string) => command.includes("scripts/dev/start.ts")],
    ["everything but the runtime is killed", (command: string) => !command.includes("workerd")],
  ])("%s", async (_, isMeant) => {
    const port = await freePort();
    const state = join(tree.root, ".wrangler", "killed");
    const start = (): Entry =>
      follow(Entry.script(tree, "--no-seed", "--quiet", "--port", String(port), "--state", state));
    const first = start();
    await first.ready();
    expect(first.killOnly(isMeant).length).toBeGreaterThan(0);
    expect(first.family().length).toBeGreaterThan(0);
    const next = start();
    await next.ready();
    expect(first.family()).toEqual([]);
    next.signalAlone("SIGTERM");
    await next.leavesNothing();
  });
});

test("the work of the clock is done as in production, and the watch over channels writes its mails", async () => {
  const port = await freePort();
  // A minute of the clock in a second, so that the fifth, in which channels are looked at, comes soon.
  const entry = follow(Entry.script(tree, "--no-seed", "--quiet", "--port", String(port), "--cron", "1"));
  const { url } = await entry.ready();
  const platformKey = /^PLATFORM_KEY="([^"]+)"$/m.exec(tree.read(".dev.vars"))?.[1] ?? "";
  const tenant = await furnishTenant(new Api(url, platformKey), `clock-${port}`);
  const agentId = await furnishAgent(tenant, {});
  const told = { recipients: [{ address: "ana@tienda.example", language: "es" }] };
  expect((await tenant.api.request("PUT", "/v1/notices", told)).status).toBe(200);
  const wish = { kind: "http", agentId, config: { callbackUrl: `http://localhost:${port + 2}/` } };
  const { webhookUrl } = await furnishChannel(tenant, url, wish);
  const forger = `whsec_${Buffer.alloc(32, "somebody else's").toString("base64")}`;
  for (let n = 0; n < 12; n++)
    expect((await send(message("forged", n), { url: webhookUrl, secret: forger })).status).toBe(401);
  const mail = await until("the mail is there", async () => (await platformMails(url))[0], { deadlineMs: 120_000 });
  expect(mail).toMatchObject({ to: ["ana@tienda.example"], subject: expect.stringMatching(/canal/i) });
  entry.signalAlone("SIGTERM");
  await entry.leavesNothing();
});
