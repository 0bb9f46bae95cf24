import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Api, at, textAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishProvider, furnishTenant } from "@charla/testkit/charla/furnish";
import { runtimePid } from "../measure/cost.ts";
import { type BareServer, type CharlaServer, startBareServer, startCharlaServer } from "../subjects.ts";
import { type Connected, type Kind, KINDS } from "./kinds.ts";
import type { OutsideReport, OutsideWish } from "./outside.ts";

export type Account = Connected & { kind: Kind };

const outsideFile = fileURLToPath(new URL("outside.ts", import.meta.url));
/** Under which name the installation of development is known to vendors that sign their address. */
const PUBLIC = "http://localhost:8787";
/** People write in pieces; a flood of them is answered every few seconds, as a person would. */
const BURST = { fragmentMs: 3_000, hardCapMs: 6_000 };

/** The bare Worker, Charla with accounts of every kind, and outside them the vendors and the model. */
export class WebhookStage {
  readonly bare: BareServer;
  readonly charla: CharlaServer;
  readonly accounts: readonly Account[];
  readonly #outside: ChildProcess;

  private constructor(bare: BareServer, charla: CharlaServer, accounts: Account[], outside: ChildProcess) {
    this.bare = bare;
    this.charla = charla;
    this.accounts = accounts;
    this.#outside = outside;
  }

  static async open(port: number, tenants: number, inspectorPort?: number): Promise<WebhookStage> {
    const stateDir = mkdtempSync(join(tmpdir(), "charla-load-"));
    process.once("exit", () => rmSync(stateDir, { recursive: true, force: true }));
    const outside = fork(outsideFile);
    const listening = once(outside, "message");
    outside.send({ listen: { vendors: port, model: port + 1 } } satisfies OutsideWish);
    await listening;
    const vendorUrl = `http://127.0.0.1:${port}`;
    const modelUrl = `http://127.0.0.1:${port + 1}`;
    const around = { stateDir, modelUrl, sinkUrl: `${vendorUrl}/callback` };
    const bare = await startBareServer({ ...around, port: port + 2 });
    const inspect = inspectorPort === undefined ? {} : { inspectorPort };
    const charla = await startCharlaServer({ ...around, ...inspect, port: port + 3 });
    const accounts: Account[] = [];
    for (let index = 0; index < tenants; index++) accounts.push(...(await connect(charla, index, vendorUrl, modelUrl)));
    return new WebhookStage(bare, charla, accounts, outside);
  }

  get charlaRuntime(): number {
    return runtimePid(this.charla.pid);
  }

  async report(): Promise<OutsideReport> {
    const answer = once(this.#outside, "message");
    this.#outside.send({ report: true } satisfies OutsideWish);
    const [report] = (await answer) as [OutsideReport];
    return report;
  }

  async close(): Promise<void> {
    await Promise.all([this.bare.stop(), this.charla.stop()]);
    this.#outside.disconnect();
  }
}

/** A tenant with one account of every kind. */
async function connect(
  { base, platformKey }: CharlaServer,
  index: number,
  vendorUrl: string,
  modelUrl: string,
): Promise<Account[]> {
  const tenant = await furnishTenant(new Api(base, platformKey), `load-${index}`);
  const provider = await furnishProvider(tenant, `${modelUrl}/v1`);
  const agentId = await furnishAgent(tenant, { model: { provider, model: "scripted" }, burst: BURST });
  const accounts: Account[] = [];
  for (const [place, kind] of KINDS.entries()) {
    const serial = index * KINDS.length + place + 1;
    const { config, secrets } = kind.account(serial, vendorUrl);
    const wish = { kind: kind.kind, name: `${kind.kind}-${serial}`, agentId, config };
    const created = await tenant.api.post(
      "/v1/channels",
      Object.keys(secrets).length > 0 ? { ...wish, secrets } : wish,
    );
    const path = `/webhooks/${kind.kind}/${textAt(created, "id")}`;
    const made = at(created, "secrets");
    const known = typeof made === "object" && made !== null ? { ...made, ...secrets } : secrets;
    accounts.push({ kind, serial, path, signedUrl: PUBLIC + path, config, secrets: known });
  }
  return accounts;
}
