import type { InboundMailRpc, MailDelivery, MailVerdict } from "@charla/domain/rpc";
import { WorkerEntrypoint } from "cloudflare:workers";
import { runCron } from "./cron.ts";
import { depsOf } from "./deps.ts";
import { handleWebhook } from "./inbound.ts";
import { takeMail } from "./mail.ts";
import { consume } from "./queues/consume.ts";

/** Raw mail from the gateway, which is where the platform delivers it. */
export class InboundMail extends WorkerEntrypoint<RouterEnv> implements InboundMailRpc {
  take(delivery: MailDelivery): Promise<MailVerdict> {
    return takeMail(delivery, depsOf(this.env));
  }
}

export default {
  fetch: (request, env) => handleWebhook(request, depsOf(env)),
  queue: (batch, env) => consume(batch, depsOf(env)),
  scheduled: ({ scheduledTime }, env) => runCron(depsOf(env), scheduledTime),
} satisfies ExportedHandler<RouterEnv>;
