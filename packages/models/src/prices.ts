import { knownModel, knownModels, MODELS_DATE, taskModels, type ModelKind } from "@charla/domain/known-models";
import type { Usage } from "@charla/domain/log";
import type { ModelConnection, PriceTable } from "./contract.ts";

export type Price = PriceTable[string];

const FREE: Price = { input: 0, output: 0 };

/** A model of a vendor that is not on the list is charged as the dearest one, so that a money limit still holds. */
const dearest = (kind: ModelKind): Price =>
  knownModels[kind].reduce(
    (most, { price }) => ({ input: Math.max(most.input, price.input), output: Math.max(most.output, price.output) }),
    FREE,
  );
const DEAREST: Record<ModelKind, Price> = {
  "workers-ai": dearest("workers-ai"),
  "openai-compatible": FREE,
  openai: dearest("openai"),
  google: dearest("google"),
  anthropic: dearest("anthropic"),
};

/**
 * What the tenant has put down for its own provider comes first (`*` stands for every model without a line), then what
 * the vendor publishes. A server of which neither is known costs nothing.
 */
export function priceOf(connection: ModelConnection, model: string): Price {
  return ownPrice(connection, model) ?? knownModel(connection.kind, model)?.price ?? DEAREST[connection.kind];
}

/** Whose figure a cost is made of: `own`, what the tenant put down, or the day of our list of what vendors publish. */
export function pricedBy(connection: ModelConnection, model: string): string {
  return ownPrice(connection, model) === undefined ? MODELS_DATE : "own";
}

const ownPrice = (connection: ModelConnection, model: string): Price | undefined =>
  connection.kind === "workers-ai" ? undefined : (connection.prices[model] ?? connection.prices["*"]);

/** What the platform's model charges for reading a text that it turns into a vector. */
export function embeddingPrice(model: string): Price {
  const known = taskModels.find((candidate) => candidate.task === "embed" && candidate.model === model);
  return known ? { input: known.price.dollars, output: 0 } : DEAREST["workers-ai"];
}

const perMinute = new Map(
  taskModels.flatMap(({ model, task, price }): [string, number][] =>
    task === "transcribe" && price.per === "minute" ? [[model, price.dollars]] : [],
  ),
);
const DEAREST_MINUTE = Math.max(...perMinute.values());

/** What a recording costs on Workers AI; a model that is not on the list is charged as the dearest of theirs. */
export const audioMicros = (model: string, seconds: number): number =>
  roundedUp((seconds / 60) * (perMinute.get(model) ?? DEAREST_MINUTE) * 1e6);

/** Dollars per million tokens times tokens are micro-dollars. */
export function costMicros(usage: Usage, price: Price): number {
  const cached = Math.min(usage.cached, usage.input);
  const exact =
    (usage.input - cached) * price.input + cached * (price.cached ?? price.input) + usage.output * price.output;
  return roundedUp(exact);
}

/** After taking off what binary fractions add. */
const roundedUp = (micros: number): number => Math.ceil(Number(micros.toFixed(6)));
