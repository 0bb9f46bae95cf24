import { randomBytes, randomUUID } from "node:crypto";

import type { Draft } from "../mailbox.ts";

export type Hook = { id: string; endpoint: string; events: string[]; status: string; signing_secret: string };
export type Domain = { id: string; name: string; status: string; capabilities: Record<string, string> };
export type Received = { id: string; draft: Draft; at: Date; files: { id: string; index: number }[] };

/** One customer of Resend, with a key, domains, webhooks and mail. */
export class ResendTeam {
  readonly key = `re_${randomBytes(16).toString("hex")}`;
  readonly domains: Domain[] = [];
  readonly hooks: Hook[] = [];
  readonly received = new Map<string, Received>();
  /** Where webhooks are really served, where that is not the name they were set up under. */
  through: string | undefined;
  /** How webhooks leave. */
  send = fetch;
  /** A key that may only send. */
  sendsOnly = false;

  addDomain(name: string, status = "verified", receiving = "enabled"): void {
    this.domains.push({ id: randomUUID(), name, status, capabilities: { sending: "enabled", receiving } });
  }

  addHook(endpoint: string, events: string[]): Hook {
    const secret = `whsec_${randomBytes(24).toString("base64")}`;
    const hook = { id: randomUUID(), endpoint, events, status: "enabled", signing_secret: secret };
    this.hooks.push(hook);
    return hook;
  }

  keep(draft: Draft): Received {
    const files = draft.files.map((_, index) => ({ id: randomUUID(), index }));
    const received = { id: randomUUID(), draft, at: new Date(), files };
    this.received.set(received.id, received);
    return received;
  }

  maySend(from: string): boolean {
    return this.domains.some(({ name, status }) => status === "verified" && from.endsWith(`@${name}`));
  }
}
