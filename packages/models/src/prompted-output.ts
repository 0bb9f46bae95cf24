import type { ModelAnswer, ModelRequest } from "./contract.ts";
import { objectIn } from "./json-in-text.ts";

/** An answer by schema from a model, or through an interface, that cannot be held to one: it is asked for it in words. */
export async function promptOutput(
  { output, ...request }: ModelRequest,
  call: (request: ModelRequest) => Promise<ModelAnswer>,
): Promise<ModelAnswer> {
  const rule = `Your answer to the person is one JSON object of this schema, and nothing else: ${JSON.stringify(output?.schema ?? {})}`;
  const answer = await call({
    ...request,
    system: [request.system, rule].filter((part) => part !== "").join("\n\n"),
  });
  const found = objectIn(answer.text);
  return found === null ? answer : { ...answer, text: JSON.stringify(found) };
}
