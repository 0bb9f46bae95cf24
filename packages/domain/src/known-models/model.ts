/** Dollars per million tokens, as vendors print them. */
export type TokenPrice = { input: number; output: number; cached?: number };

/** What is known of a model that answers: what it can do, how much it holds and what it costs. */
export type KnownModel = {
  model: string;
  /** Calls tools by itself; where it does not, calling is played with it. */
  tools: boolean;
  vision: boolean;
  audio: boolean;
  /** Keeps to a schema where one is demanded. */
  structured: boolean;
  streaming: boolean;
  /** Prompt and answer together. */
  contextTokens: number;
  maxOutputTokens: number;
  price: TokenPrice;
};

/** A model for another task, with what is charged for one of its units. */
export type TaskModel = {
  model: string;
  task: "embed" | "rerank" | "transcribe" | "speak" | "draw";
  price: { dollars: number; per: "million_tokens" | "minute" | "thousand_characters" | "tile" };
};

type Sizes = { context: number; output: number; price: readonly [input: number, output: number, cached?: number] };
type Lacks = Partial<Pick<KnownModel, "tools" | "vision" | "audio" | "structured" | "streaming">>;

/** A line of a table: what is not said is what most models of today can do. */
export const line = (model: string, { context, output, price: [input, out, cached] }: Sizes, but: Lacks = {}) =>
  ({
    model,
    tools: true,
    vision: true,
    audio: false,
    structured: true,
    streaming: true,
    ...but,
    contextTokens: context,
    maxOutputTokens: output,
    price: { input, output: out, ...(cached === undefined ? {} : { cached }) },
  }) satisfies KnownModel;
