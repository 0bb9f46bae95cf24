// The router is on the path of every webhook and must stay free of model code; the gateway starts on every page; the
// widget is loaded by other people's pages.
const limitsKb: Record<string, number> = { "charla-router": 150, "charla-gateway": 200, widget: 40 };

export type Size = { line: string; over: boolean };

/** What a size comes to beside its limit, if it has one. */
export function sizeOf(name: string, kb: number): Size {
  const limit = limitsKb[name];
  const over = limit !== undefined && kb > limit;
  const verdict = limit === undefined ? "" : over ? `  over the limit of ${limit} KB` : `  of ${limit} KB`;
  return { line: `${name.padEnd(16)} ${kb.toFixed(1).padStart(8)} KB gzip${verdict}`, over };
}
