import { calculator } from "./calculator.ts";
import { httpGetJson } from "./http-get-json.ts";
import { httpPostJson } from "./http-post-json.ts";
import { registered, type RegisteredKind } from "./registered.ts";

export const toolKinds = {
  http_get_json: registered(httpGetJson),
  http_post_json: registered(httpPostJson),
  calculator: registered(calculator),
} satisfies Record<string, RegisteredKind>;

export function findKind(kind: string): RegisteredKind | undefined {
  return Object.entries(toolKinds).find(([name]) => name === kind)?.[1];
}
