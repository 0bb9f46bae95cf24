import { newApp } from "./app.ts";
import { takeMail } from "./inbound-mail.ts";
import { forwardWebhook, isWebhook } from "./webhooks.ts";

export { PollingSession } from "./socketio/polling-session.ts";

let app: ReturnType<typeof newApp> | undefined;

export default {
  fetch(request, env, context) {
    if (isWebhook(request.url)) return forwardWebhook(request, env);
    app ??= newApp();
    return app.fetch(request, env, context);
  },
  email: (message, env) => takeMail(message, env),
} satisfies ExportedHandler<GatewayEnv>;
