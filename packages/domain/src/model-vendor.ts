import * as z from "zod";

/** What a tenant's own model provider may be: one of the vendors by name, or any server that speaks as OpenAI's does. */
export const ModelVendor = z.enum(["openai-compatible", "openai", "google", "anthropic"]);
export type ModelVendor = z.infer<typeof ModelVendor>;

/** Where a vendor is reached unless the tenant says otherwise (a regional address, a gateway); any other server has no such address. */
export const VENDOR_BASE_URLS: Record<ModelVendor, string | null> = {
  "openai-compatible": null,
  openai: "https://api.openai.com/v1",
  google: "https://generativelanguage.googleapis.com/v1beta",
  anthropic: "https://api.anthropic.com/v1",
};
