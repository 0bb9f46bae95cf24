import type { Answer } from "../contract.ts";
import { toSlack } from "../markdown/dialects.ts";
import { renderMarkdown, type RenderLimits } from "../markdown/render.ts";

/** Files are a message of their own kind, which takes words beside it but nothing to press. */
export function renderSlack({ media = [], ...answer }: Answer, limits: RenderLimits): Answer[] {
  const words = renderMarkdown(answer, limits, toSlack);
  if (media.length === 0) return words;
  const [first, ...others] = words;
  if (first === undefined || first.buttons !== undefined) return [{ text: "", media }, ...words];
  return [{ ...first, media }, ...others];
}
