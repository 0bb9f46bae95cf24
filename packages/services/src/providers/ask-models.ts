import type { ModelVendor } from "@charla/domain/model-vendor";
import * as z from "zod";

export type OpenProvider = { kind: ModelVendor; baseUrl: string; apiKey: string };
export type Outside = { fetch: typeof fetch; deadlineMs: number };
/** `status` is the server's; 200 here means that what it sent is no list of models. */
export type ModelsAnswer = { models: string[] } | { status: number };

type Listing = {
  path: string;
  headers: (apiKey: string) => Record<string, string>;
  models: z.ZodType<string[]>;
};

const bearer = (apiKey: string): Record<string, string> => (apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` });
const data = z
  .looseObject({ data: z.array(z.looseObject({ id: z.string() })) })
  .transform((list) => list.data.map(({ id }) => id));

const listings: Record<ModelVendor, Listing> = {
  "openai-compatible": { path: "/models", headers: bearer, models: data },
  openai: { path: "/models", headers: bearer, models: data },
  google: {
    path: "/models?pageSize=1000",
    headers: (apiKey) => ({ "x-goog-api-key": apiKey }),
    models: z
      .looseObject({ models: z.array(z.looseObject({ name: z.string() })) })
      .transform((list) => list.models.map(({ name }) => name.replace(/^models\//, ""))),
  },
  anthropic: {
    path: "/models?limit=1000",
    headers: (apiKey) => ({ "x-api-key": apiKey, "anthropic-version": "2023-06-01" }),
    models: data,
  },
};

/** Far above any vendor's list. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** Which models a key may use: what every vendor answers without charging for it. Throws where no server answers. */
export async function askModels(provider: OpenProvider, outside: Outside): Promise<ModelsAnswer> {
  const { path, headers, models } = listings[provider.kind];
  const response = await outside.fetch(`${provider.baseUrl.replace(/\/$/, "")}${path}`, {
    headers: { accept: "application/json", ...headers(provider.apiKey) },
    redirect: "manual",
    signal: AbortSignal.timeout(outside.deadlineMs),
  });
  const { status } = response;
  if (status !== 200) {
    await response.body?.cancel();
    return { status };
  }
  const found = models.safeParse(jsonOf(await textOf(response)));
  return found.success ? { models: found.data } : { status };
}

async function textOf({ body }: Response): Promise<string> {
  let text = "";
  for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    if (text.length > MAX_CHARACTERS) return "";
  }
  return text;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
