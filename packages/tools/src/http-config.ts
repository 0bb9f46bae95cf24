import * as z from "zod";
import { POINTER } from "./json-pointer.ts";
import { InputFields } from "./input-fields.ts";
import { hostOf, templateFault } from "./url-template.ts";

/** Headers that carry credentials or that the connection itself sets; credentials do not belong into a release. */
const RESERVED =
  /^(authorization|proxy-.*|cookie|host|content-length|content-type|transfer-encoding|connection|upgrade|te|expect|idempotency-key|cf-.*|x-forwarded-.*|forwarded|x-charla-.*)$/i;

export const httpFields = {
  url: z
    .string()
    .min(1)
    .max(2000)
    .describe("Address with placeholders, for example https://api.example.com/orders/{order_id}?lang={lang}"),
  input: InputFields.default({}).describe("What the model fills in"),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
      z
        .string()
        .max(1000)
        .regex(/^[\x20-\x7e]*$/),
    )
    .default({})
    .describe("Fixed headers"),
  allowHosts: z
    .array(
      z
        .string()
        .max(253)
        .regex(/^(\*\.)?[a-z0-9.-]+$/),
    )
    .max(20)
    .default([])
    .describe("Further hosts a redirect may lead to"),
  pick: z
    .string()
    .max(500)
    .regex(POINTER, "Write a JSON pointer, for example /data/status")
    .default("")
    .describe("The part of the answer the model sees"),
  maxBytes: z.int().min(1024).max(1_000_000).default(200_000),
  timeoutMs: z.int().min(500).max(60_000).default(10_000),
};

const HttpFields = z.strictObject(httpFields);
type HttpConfig = z.infer<typeof HttpFields>;

/** The rules that need more than one field. */
export function checkHttpConfig(config: HttpConfig, context: z.RefinementCtx): void {
  const fault = templateFault(config.url, config.input);
  if (fault !== null) context.addIssue({ code: "custom", path: ["url"], message: fault });
  for (const name of Object.keys(config.headers)) {
    if (RESERVED.test(name))
      context.addIssue({ code: "custom", path: ["headers", name], message: "This header cannot be set here" });
  }
}

export const allowedHosts = (config: Pick<HttpConfig, "url" | "allowHosts">): string[] => [
  hostOf(config.url),
  ...config.allowHosts,
];

/** Short values such as a version cannot be told from ordinary text. */
export const headerSecrets = (config: Pick<HttpConfig, "headers">): string[] =>
  Object.values(config.headers).filter((value) => value.length >= 8);
