import { runCron } from "./cron.ts";
import { depsOf } from "./deps.ts";
import { handleWebhook } from "./inbound.ts";
import { consume } from "./queues/consume.ts";

export default {
  fetch: (request, env) => handleWebhook(request, depsOf(env)),
  queue: (batch, env) => consume(batch, depsOf(env)),
  scheduled: (_controller, env) => runCron(depsOf(env)),
} satisfies ExportedHandler<RouterEnv>;
