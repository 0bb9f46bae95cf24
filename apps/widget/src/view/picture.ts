import { el } from "./dom.ts";

/** Twice the width of the widest bubble, for dense screens. */
const MAX_WIDTH_PX = 800;
const TIMEOUT_MS = 60_000;

/**
 * The picture as a canvas. An `img` would need an `img-src` of every site that embeds the chat; what a script has fetched,
 * it may draw. `null` when it is no picture that this browser knows.
 */
export async function drawPicture(url: string, name: string): Promise<HTMLCanvasElement | null> {
  try {
    const response = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) return null;
    const bitmap = await createImageBitmap(await response.blob());
    const scale = Math.min(1, MAX_WIDTH_PX / bitmap.width);
    const canvas = el("canvas", { class: "picture", role: "img", "aria-label": name });
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return canvas;
  } catch {
    return null;
  }
}
