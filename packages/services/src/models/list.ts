import { type ProviderRow, providers } from "@charla/db/tenant/providers";
import { type KnownModel, knownModel, knownModels, MODELS_DATE, taskModels } from "@charla/domain/known-models";
import { ModelVendor } from "@charla/domain/model-vendor";
import { asc } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import type { ModelOut } from "./schemas.ts";

type Place = Pick<ModelOut, "provider" | "providerName" | "kind">;

const PLATFORM: Place = { provider: "workers-ai", providerName: "Workers AI", kind: "workers-ai" };

/** What the tenant's agents can name today: the platform's models, and those of its own providers as far as they are known. */
export async function listModels(ctx: Ctx): Promise<ModelOut[]> {
  requirePermission(ctx, "providers.read");
  const rows = await ctx.db.orm.select().from(providers).orderBy(asc(providers.id));
  return [
    ...knownModels["workers-ai"].map((known) => byVendor(PLATFORM, known)),
    ...otherTasks(),
    ...rows.flatMap(ofProvider),
  ];
}

function ofProvider({ id, name, kind: stored, prices }: ProviderRow): ModelOut[] {
  const kind = ModelVendor.parse(stored);
  const place: Place = { provider: id, providerName: name, kind };
  const all = prices["*"];
  const listed = knownModels[kind].map((known): ModelOut => {
    const own = prices[known.model] ?? all;
    return own ? { ...byVendor(place, known), ...pricedBy(own) } : byVendor(place, known);
  });
  const further = Object.entries(prices).filter(
    ([model]) => model !== "*" && !knownModels[kind].some((known) => known.model === model),
  );
  return [
    ...listed,
    ...further.map(([model, price]) => ({ ...unknown(place, model, knownModel(kind, model)), ...pricedBy(price) })),
  ];
}

const pricedBy = (price: NonNullable<ModelOut["price"]>) =>
  ({ price, priceFrom: "provider", priceDate: null }) as const;

const byVendor = (place: Place, { price, ...known }: KnownModel): ModelOut => ({
  ...place,
  ...known,
  task: "answer",
  price,
  priceFrom: "vendor",
  priceDate: MODELS_DATE,
});

const NOTHING_KNOWN = {
  tools: null,
  vision: null,
  audio: null,
  structured: null,
  streaming: null,
  contextTokens: null,
  maxOutputTokens: null,
};

const unknown = (place: Place, model: string, like: KnownModel | undefined): ModelOut => ({
  ...(like
    ? byVendor(place, like)
    : { ...place, ...NOTHING_KNOWN, task: "answer", price: null, priceFrom: "provider", priceDate: null }),
  model,
});

const otherTasks = (): ModelOut[] =>
  taskModels.map(({ model, task, price }) => ({
    ...PLATFORM,
    ...NOTHING_KNOWN,
    model,
    task,
    price,
    priceFrom: "vendor",
    priceDate: MODELS_DATE,
  }));
