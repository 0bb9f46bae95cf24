type Rgba = [number, number, number, number];

const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

/** The browser itself turns any notation of a colour into numbers. */
function rgbaOf(color: string): Rgba {
  if (canvas === null) throw new Error("no canvas");
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
}

const over = (top: Rgba, below: Rgba): Rgba => {
  const mix = (a: number, b: number): number => a * top[3] + b * (1 - top[3]);
  return [mix(top[0], below[0]), mix(top[1], below[1]), mix(top[2], below[2]), 1];
};

const parentOf = (element: Element): Element | null => {
  const root = element.getRootNode();
  return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
};

function backgroundOf(element: Element): Rgba {
  const layers: Rgba[] = [];
  for (let at: Element | null = element; at !== null; at = parentOf(at)) {
    const layer = rgbaOf(getComputedStyle(at).backgroundColor);
    layers.push(layer);
    if (layer[3] === 1) break;
  }
  return layers.reduceRight<Rgba>((below, layer) => over(layer, below), [255, 255, 255, 1]);
}

function luminance([r, g, b]: Rgba): number {
  const part = (channel: number): number =>
    channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
}

function ratio(color: string, background: Rgba): number {
  const [a, b] = [luminance(over(rgbaOf(color), background)), luminance(background)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const hasOwnText = (element: Element): boolean =>
  [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "");

/** Visible to a screen reader only, or switched off: no eye has to read it. */
const needsNoContrast = (element: Element): boolean => element.closest(".sr, [disabled]") !== null;

export function contrastFlaws(element: Element): string[] {
  const style = getComputedStyle(element);
  const isField = element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
  if ((!isField && !hasOwnText(element)) || needsNoContrast(element)) return [];
  const size = Number.parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const needed = large ? 3 : 4.5;
  const background = backgroundOf(element);
  const colors = [
    ["text", style.color],
    ...(isField ? [["placeholder", getComputedStyle(element, "::placeholder").color]] : []),
  ] as const;
  return colors
    .map(([what, color = ""]) => ({ what, color, found: ratio(color, background) }))
    .filter(({ found }) => found < needed)
    .map(
      ({ what, color, found }) =>
        `${what} ${color} on ${background.slice(0, 3).map(Math.round).join(",")} has contrast ${found.toFixed(2)}, needs ${needed}`,
    );
}
