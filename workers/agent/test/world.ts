import { channelKvKey, providerKvKey, type ChannelRoute, type ProviderRecord } from "@charla/domain/channel-record";
import { newId } from "@charla/domain/ids";
import { objectNameOf, type Arrival, type InboundEvent } from "@charla/domain/inbound";
import type { LogRow } from "@charla/domain/log";
import type { ProjectionEvent } from "@charla/domain/projection";
import {
  AgentSettings,
  releaseKvKey,
  type BurstOverride,
  type Release,
  type ResolvedTool,
} from "@charla/domain/release";
import { newWrappedKey, parseKeyring } from "@charla/services/vault/keyring";
import { aadOf, seal } from "@charla/services/vault/seal";
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Conversation } from "../src/conversation.ts";

type ChatRequest = {
  stream?: boolean;
  messages: { role: string; content: unknown; tool_calls?: unknown[] }[];
  tools?: unknown[];
};
export type ModelReply = {
  text?: string;
  /** The text comes, and then nothing more until the call is broken off. */
  stalls?: true;
  calls?: { name: string; args: unknown }[];
  status?: number;
  headers?: Record<string, string>;
  raw?: string;
};
type Respond = (request: ChatRequest, call: number, signal: AbortSignal | null) => ModelReply | Promise<ModelReply>;
export type Callback = {
  id: string;
  text: string;
  inReplyTo: string[];
  conversation: string;
  attachments?: { type: string; url: string; mime: string; name?: string }[];
};

const keyring = parseKeyring(env.KEK);

export type WorldIds = { tenantId: string; agentId: string; channelId: string; providerId: string; thread: string };

export const newIds = (): WorldIds => ({
  tenantId: newId("tenant"),
  agentId: newId("agent"),
  channelId: newId("channel"),
  providerId: newId("provider"),
  thread: "thread-1",
});

type ConnectedAs = Pick<ChannelRoute, "kind" | "config" | "handBackMinutes"> & { secrets: Record<string, unknown> };

export const HTTP: ConnectedAs = {
  kind: "http",
  config: { callbackUrl: "https://integrator.example.com/callback" },
  secrets: { signingSecrets: [`whsec_${btoa("x".repeat(32))}`] },
};

/** One tenant with an http channel and a scripted model, all of the outside played by a replaced `fetch`. */
export class World {
  readonly ids: WorldIds;
  readonly modelCalls: ChatRequest[] = [];
  readonly callbacks: Callback[] = [];
  #sent: number[] = [];
  respond: Respond = (request) => ({ text: `echo: ${lastUser(request)}` });
  onCallback: (callback: Callback, tries: number) => Response | Promise<Response> = () => new Response("{}");
  /** A model server with a wire of its own; without one, `respond` answers as OpenAI's copies do. */
  onModel: ((request: Request) => Response | Promise<Response>) | null = null;
  /** The vendor of a channel that is not `http`. */
  onVendor: (request: Request) => Response | Promise<Response> = () => new Response("{}", { status: 599 });
  /** The words of a recording that the model server is sent. */
  hear: (audio: File) => Response | Promise<Response> = async (audio) => Response.json({ text: await audio.text() });
  readonly channelKind: string;
  release: Release | undefined;

  constructor(ids: WorldIds, channelKind = HTTP.kind) {
    this.ids = ids;
    this.channelKind = channelKind;
  }

  get tenantId(): string {
    return this.ids.tenantId;
  }

  get agentId(): string {
    return this.ids.agentId;
  }

  get channelId(): string {
    return this.ids.channelId;
  }

  get providerId(): string {
    return this.ids.providerId;
  }

  get thread(): string {
    return this.ids.thread;
  }

  static async start(
    settings: Partial<AgentSettings> = {},
    tools: ResolvedTool[] = [],
    burst?: BurstOverride,
    ids = newIds(),
    channel: ConnectedAs = HTTP,
  ): Promise<World> {
    const world = new World(ids, channel.kind);
    world.#replaceFetch();
    vi.spyOn(env.EVENTS, "send").mockImplementation(async (event) => {
      const { tenantId, version } = event as ProjectionEvent;
      if (tenantId === world.tenantId) world.#sent.push(version);
      return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
    });
    const wrappedKey = await newWrappedKey(keyring);
    const secrets = JSON.stringify(channel.secrets);
    const route: ChannelRoute = {
      v: 1,
      id: world.channelId,
      tenantId: world.tenantId,
      kind: channel.kind,
      agentId: world.agentId,
      status: "active",
      config: channel.config,
      sealedSecrets: await seal(keyring, wrappedKey, aadOf(world.tenantId, world.channelId, "secrets"), secrets),
      wrappedKey,
      ...(burst ? { burst } : {}),
      ...(channel.handBackMinutes === undefined ? {} : { handBackMinutes: channel.handBackMinutes }),
    };
    const provider: ProviderRecord = {
      v: 1,
      id: world.providerId,
      tenantId: world.tenantId,
      kind: "openai-compatible",
      baseUrl: "https://model.example.com/v1",
      sealedKey: await seal(keyring, wrappedKey, aadOf(world.tenantId, world.providerId, "key"), "sk-test"),
      wrappedKey,
      prices: { "*": { input: 1, output: 2 } },
    };
    await env.CONFIG.put(channelKvKey(world.channelId), JSON.stringify(route));
    await env.CONFIG.put(providerKvKey(world.tenantId, world.providerId), JSON.stringify(provider));
    await world.publish(settings, tools);
    return world;
  }

  async publish(settings: Partial<AgentSettings>, tools: ResolvedTool[] = []): Promise<string> {
    const { tools: _unused, ...rest } = AgentSettings.parse({
      name: "Ada",
      model: { provider: this.providerId, model: "m-1" },
      language: "en",
      ...settings,
    });
    const release: Release = {
      v: 1,
      id: newId("release"),
      tenantId: this.tenantId,
      agentId: this.agentId,
      number: 1,
      createdAt: new Date().toISOString(),
      note: "",
      settings: rest,
      tools,
    };
    return await this.publishRelease(release);
  }

  async publishRelease(release: Release): Promise<string> {
    this.release = release;
    await env.CONFIG.put(releaseKvKey(this.tenantId, release.id), JSON.stringify(release));
    await this.gate.publish({ agentId: this.agentId, releaseId: release.id });
    return release.id;
  }

  get gate() {
    return env.TENANT_GATE.getByName(this.tenantId);
  }

  get stub() {
    return env.CONVERSATION.getByName(
      objectNameOf({ tenantId: this.tenantId, channelId: this.channelId, thread: this.thread }),
    );
  }

  arrival(...events: InboundEvent[]): Arrival {
    return {
      key: { tenantId: this.tenantId, channelId: this.channelId, thread: this.thread },
      channelKind: this.channelKind,
      agentId: this.agentId,
      contact: { address: "ana" },
      trackingId: newId("tracking"),
      events,
      statuses: [],
    };
  }

  say(externalId: string, text: string, at = Date.now()) {
    return this.stub.accept(this.arrival({ kind: "message", externalId, at, text }));
  }

  /** The object dies in the middle of whatever it does; its storage stays. */
  async lose(): Promise<void> {
    await runInDurableObject(this.stub, (_instance, state) => state.abort("lost")).catch(() => undefined);
  }

  /** Confirms everything the conversation has sent to the projection so far, as the consumer would. */
  async projected(): Promise<number> {
    const versions = await vi.waitFor(
      () => {
        const sent = this.#sent.splice(0);
        if (sent.length === 0) throw new Error("nothing was sent to the projection");
        return sent;
      },
      { timeout: 5000, interval: 20 },
    );
    const [version = 0, ...others] = versions;
    await this.stub.projected({ tenantId: this.tenantId, version, others });
    await this.stub.poke({ tenantId: this.tenantId });
    return versions.length;
  }

  /** Calls inside the object, where a refusal is an ordinary rejection. */
  refused(call: (instance: Conversation) => Promise<unknown>): Promise<unknown> {
    return runInDurableObject(this.stub, (instance: Conversation) =>
      call(instance).then(
        () => null,
        (error: unknown) => error,
      ),
    );
  }

  async rows(): Promise<LogRow[]> {
    return JSON.parse(
      (await this.stub.view({ tenantId: this.tenantId, afterSeq: 0, limit: 1000 })).rowsJson,
    ) as LogRow[];
  }

  /** Until the conversation is at rest: nothing open in its log. */
  rest(): Promise<LogRow[]> {
    return vi.waitFor(
      async () => {
        const rows = await this.rows();
        const open = rows.filter((row) => ["new", "open", "started", "queued", "sending"].includes(row.state));
        if (open.length > 0)
          throw new Error(`open: ${open.map((row) => `${row.seq} ${row.kind} ${row.state}`).join(", ")}`);
        return rows;
      },
      { timeout: 12_000, interval: 20 },
    );
  }

  #replaceFetch(): void {
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const request = new Request(input, init);
      const { hostname } = new URL(request.url);
      if (hostname === "integrator.example.com") {
        const callback = (await request.json()) as Callback;
        const tries = this.callbacks.filter((known) => known.id === callback.id).length;
        this.callbacks.push(callback);
        return await this.onCallback(callback, tries);
      }
      if (hostname === "vendor.example.com") return await this.onVendor(request);
      if (hostname !== "model.example.com") throw new Error(`unexpected request to ${hostname}`);
      if (this.onModel) return await this.onModel(request);
      if (request.url.endsWith("/audio/transcriptions")) {
        const file = (await request.formData()).get("file");
        return file instanceof File ? await this.hear(file) : new Response("no file", { status: 400 });
      }
      const body = (await request.json()) as ChatRequest;
      const call = this.modelCalls.push(body) - 1;
      const reply = await this.respond(body, call, init?.signal ?? null);
      return body.stream && (reply.text ?? reply.calls) !== undefined
        ? toStream(reply, request.signal)
        : toCompletion(reply);
    });
  }
}

export const lastUser = (request: ChatRequest): string =>
  String(request.messages.findLast((message) => message.role === "user")?.content);

const wireCalls = ({ calls }: ModelReply) =>
  calls?.map((call, index) => ({
    index,
    id: `x${index}`,
    type: "function",
    function: { name: call.name, arguments: JSON.stringify(call.args) },
  }));

function toCompletion(reply: ModelReply): Response {
  if (reply.raw !== undefined) return new Response(reply.raw, { headers: { "content-type": "application/json" } });
  if (reply.status !== undefined)
    return new Response(JSON.stringify({ error: { message: "no" } }), {
      status: reply.status,
      headers: reply.headers ?? {},
    });
  const calls = wireCalls(reply);
  return Response.json({
    id: "c",
    object: "chat.completion",
    created: 1,
    model: "m-1",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: reply.text ?? null, ...(calls ? { tool_calls: calls } : {}) },
        finish_reason: calls ? "tool_calls" : "stop",
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  });
}

function toStream(reply: ModelReply, signal: AbortSignal): Response {
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m-1", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const calls = wireCalls(reply);
  const said = (reply.text ?? "").split(/(?<= )/).map((word) => chunk({ content: word }, null));
  if (reply.stalls) return stalled(said.join(""), signal);
  const end = calls ? [chunk({ tool_calls: calls }, null), chunk({}, "tool_calls")] : [chunk({}, "stop")];
  const body = [...said, ...end, "data: [DONE]\n\n"].join("");
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function stalled(begin: string, until: AbortSignal): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(begin));
      until.addEventListener("abort", () => controller.close());
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
