import * as z from "zod";
import { defineToolKind } from "./contract.ts";
import { jsonOf, pickOf, throwIfRefused, throwUnlessDone } from "./http-answer.ts";
import { allowedHosts, checkHttpConfig, headerSecrets, httpFields } from "./http-config.ts";
import { schemaOfFields } from "./input-fields.ts";
import { expandTemplate } from "./url-template.ts";

const Config = z.strictObject(httpFields).superRefine(checkHttpConfig);

export const httpGetJson = defineToolKind({
  kind: "http_get_json",
  label: { es: "Consultar un servicio web (JSON)", en: "Ask a web service (JSON)" },
  defaultDescription: "Looks something up in a web service and returns its JSON answer.",
  configSchema: Config,
  inputSchema: (config) => schemaOfFields(config.input),
  effect: () => "read",
  timeoutMs: (config) => config.timeoutMs,
  secrets: headerSecrets,
  run: async ({ config, input, context }) => {
    const response = await context.fetch(expandTemplate(config.url, input), {
      method: "GET",
      headers: { accept: "application/json", ...config.headers },
      hostFrom: "config",
      allowHosts: allowedHosts(config),
      maxBytes: config.maxBytes,
    });
    throwIfRefused(response);
    throwUnlessDone(response);
    return pickOf(jsonOf(response), config.pick);
  },
});
