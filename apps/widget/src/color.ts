/** sRGB channels, 0–255. */
export type Rgb = readonly [number, number, number];

export const DEFAULT_ACCENT = "#0b5d5b";
const INK: Rgb = [11, 31, 33];
const WHITE: Rgb = [255, 255, 255];
/** WCAG AA for text. */
const MIN_CONTRAST = 4.5;

export function parseHex(value: string): Rgb | null {
  const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/iu.exec(value.trim())?.[1];
  if (digits === undefined) return null;
  const full = digits.length === 3 ? digits.replaceAll(/./g, "$&$&") : digits;
  const number = Number.parseInt(full, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

export const toHex = (color: Rgb): string =>
  `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`;

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/** The nearest shade of a colour that can be read on a background. */
export function readableOn(color: Rgb, background: Rgb): Rgb {
  const target = luminance(background) > 0.4 ? INK : WHITE;
  for (let share = 0; share < 1; share += 0.05) {
    const shade = mix(color, target, share);
    if (contrast(shade, background) >= MIN_CONTRAST) return shade;
  }
  return target;
}

/** Black or white on the colour: whichever is read better; one of them always passes. */
export const onColor = (color: Rgb): Rgb => (contrast(WHITE, color) >= contrast(INK, color) ? WHITE : INK);

export type Accent = { fill: string; onFill: string; textOnLight: string; textOnDark: string };

export function accentOf(value: string | undefined): Accent {
  const color = parseHex(value ?? "") ?? parseHex(DEFAULT_ACCENT) ?? INK;
  const on = onColor(color);
  // Middle greys reach 4.5:1 with neither; the fill gives way, not the text.
  const fill = contrast(on, color) >= MIN_CONTRAST ? color : readableOn(color, on);
  return {
    fill: toHex(fill),
    onFill: toHex(on),
    textOnLight: toHex(readableOn(color, WHITE)),
    textOnDark: toHex(readableOn(color, [14, 38, 41])),
  };
}
