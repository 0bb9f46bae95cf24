import * as z from "zod";
import { fillBody, namesInBody, valuesExcept } from "./body-template.ts";
import { defineToolKind, type EgressResponse } from "./contract.ts";
import { jsonOf, pickOf, throwIfRefused, throwUnlessDone } from "./http-answer.ts";
import { allowedHosts, checkHttpConfig, headerSecrets, httpFields } from "./http-config.ts";
import { schemaOfFields } from "./input-fields.ts";
import { expandTemplate, placeholdersOf } from "./url-template.ts";

const Config = z
  .strictObject({
    ...httpFields,
    body: z
      .json()
      .optional()
      .describe('What is sent; "{field}" stands for a value. Without it, all fields that are not part of the address'),
    idempotency: z
      .enum(["key", "none"])
      .default("none")
      .describe(
        "key: the server recognises a repetition by the Idempotency-Key header, so a call may be repeated; none: it is never repeated",
      ),
  })
  .superRefine((config, context) => {
    checkHttpConfig(config, context);
    for (const name of config.body === undefined ? [] : namesInBody(config.body)) {
      if (config.input[name] === undefined)
        context.addIssue({ code: "custom", path: ["body"], message: `{${name}} is not among the input fields` });
    }
  });

export const httpPostJson = defineToolKind({
  kind: "http_post_json",
  label: { es: "Enviar a un servicio web (JSON)", en: "Send to a web service (JSON)" },
  defaultDescription: "Sends data to a web service and returns its JSON answer.",
  configSchema: Config,
  inputSchema: (config) => schemaOfFields(config.input),
  effect: (config) => (config.idempotency === "key" ? "keyed" : "unsafe"),
  timeoutMs: (config) => config.timeoutMs,
  secrets: headerSecrets,
  run: async ({ config, input, context }) => {
    const body =
      config.body === undefined ? valuesExcept(input, placeholdersOf(config.url)) : fillBody(config.body, input);
    const response = await context.fetch(expandTemplate(config.url, input), {
      method: "POST",
      headers: {
        accept: "application/json",
        ...config.headers,
        "content-type": "application/json",
        ...(config.idempotency === "key" ? { "idempotency-key": context.idempotencyKey } : {}),
      },
      body: JSON.stringify(body ?? {}),
      hostFrom: "config",
      allowHosts: allowedHosts(config),
      maxBytes: config.maxBytes,
    });
    throwIfRefused(response);
    throwUnlessDone(response);
    return doneWith(response, config.pick);
  },
});

/** It has happened: an answer that cannot be read must not look like a failure. */
function doneWith(response: EgressResponse, pointer: string): unknown {
  if (response.text.trim() === "") return { done: true, status: response.status };
  try {
    return pickOf(jsonOf(response), pointer);
  } catch {
    return { done: true, status: response.status, text: response.text.slice(0, 2000) };
  }
}
