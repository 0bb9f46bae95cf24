import { ModelVendor } from "@charla/domain/model-vendor";
import * as z from "zod";

const Known = z.boolean().nullable();
const Price = z.number().nonnegative();

export const ModelOut = z.object({
  provider: z.string().describe("As an agent names it: `workers-ai`, or the id of a model provider"),
  providerName: z.string(),
  kind: z.enum(["workers-ai", ...ModelVendor.options]),
  model: z.string(),
  task: z.enum(["answer", "embed", "rerank", "transcribe", "speak", "draw"]),
  tools: Known.describe(
    "Calls tools by itself; `null` where nobody has put it down. Where it is false, calling is played with the model",
  ),
  vision: Known,
  audio: Known,
  structured: Known,
  streaming: Known,
  contextTokens: z.int().nullable().describe("What prompt and answer may hold together; history is fitted to it"),
  maxOutputTokens: z.int().nullable(),
  price: z
    .union([
      z.object({ input: Price, output: Price, cached: Price.optional() }).describe("Dollars per million tokens"),
      z.object({ dollars: Price, per: z.enum(["million_tokens", "minute", "thousand_characters", "tile"]) }),
    ])
    .nullable(),
  priceFrom: z.enum(["vendor", "provider"]).describe("The vendor's list, or what stands in the provider's own"),
  priceDate: z.string().nullable().describe("The day on which the vendor's price was last looked up"),
});
export type ModelOut = z.infer<typeof ModelOut>;
