import { CharlaHarness } from "@charla/testkit/charla/harness";
import { furnishTenant, type Tenant } from "@charla/testkit/charla/furnish";
import { z } from "zod";
import { buildAssets } from "../../scripts/build.ts";
import { demoSettings, webchatChannel } from "../../scripts/seed/demo-agent.ts";

const Made = z.object({ id: z.string(), secrets: z.object({ identitySecret: z.string() }).optional() });
type Made = z.infer<typeof Made>;

const make = async (tenant: Tenant, path: string, body: unknown): Promise<Made> =>
  Made.parse(await tenant.api.post(path, body));

/** The whole platform with the demo agent on it, as `npm start` furnishes it. */
export class DemoSystem {
  readonly charla: CharlaHarness;
  readonly #tenant: Tenant;
  readonly #agentId: string;

  private constructor(charla: CharlaHarness, tenant: Tenant, agentId: string) {
    this.charla = charla;
    this.#tenant = tenant;
    this.#agentId = agentId;
  }

  static async start(): Promise<DemoSystem> {
    buildAssets("pipe");
    const charla = await CharlaHarness.start();
    const platform = charla.platform();
    const tenant = await furnishTenant(platform, "demo");
    const { id: agentId } = await make(tenant, "/v1/agents", { settings: demoSettings });
    await tenant.api.post(`/v1/agents/${agentId}/publish`, {});
    const { id: channelId } = await make(tenant, "/v1/channels", { ...webchatChannel(charla.url), agentId });
    const { status } = await platform.request("PUT", "/v1/demo", { channelId, agentName: demoSettings.name });
    if (status >= 300) throw new Error(`PUT /v1/demo answered ${status}`);
    return new DemoSystem(charla, tenant, agentId);
  }

  get url(): string {
    return this.charla.url;
  }

  /** A link that signs a browser in once, the one that `npm start` prints. */
  async signInLink(): Promise<string> {
    const made = await this.charla.platform().post("/v1/auth/links", { tenantId: this.#tenant.id, returnTo: "/" });
    if (typeof made !== "object" || made === null || !("url" in made)) throw new Error("no link");
    return String(made.url);
  }

  /** One more web-chat channel to the same agent, for a site of somebody's. */
  channel(name: string, config: Record<string, unknown>): Promise<Made> {
    return make(this.#tenant, "/v1/channels", { kind: "webchat", name, config, agentId: this.#agentId });
  }

  /** What a person of the business sends: a file and no word. */
  async sendFile(conversationId: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { api, key } = this.#tenant;
    const folder = `/v1/conversations/${conversationId}`;
    const response = await fetch(`${this.url}${folder}/files?${new URLSearchParams({ name })}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: bytes,
    });
    const { id } = Made.parse(await response.json());
    await api.post(`${folder}/messages`, { attachments: [{ id }] });
  }

  stop(): Promise<void> {
    return this.charla.stop();
  }
}
