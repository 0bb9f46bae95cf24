/** What an answer says, freed of how Markdown writes it; each dialect is a function over this. */
export type Link = { href: string; image?: true };

export type Mark = "bold" | "italic" | "strike";

/** A stretch of text of one look; `\n` in it is a line break. Runs of one link share the `link` object. */
export type Run = { text: string; code?: true; link?: Link } & Partial<Record<Mark, true>>;

export type Item = { blocks: Block[]; checked?: boolean };

export type Block = (
  | { type: "paragraph"; runs: Run[] }
  | { type: "heading"; depth: number; runs: Run[] }
  | { type: "code"; text: string; lang: string }
  | { type: "quote"; blocks: Block[] }
  | { type: "list"; start: number | null; items: Item[] }
  | { type: "table"; header: Run[][]; rows: Run[][][] }
  | { type: "rule" }
) & {
  /** Follows what is before it without an empty line. */
  tight?: true;
};

export const plainText = (runs: readonly Run[]): string => runs.map((run) => run.text).join("");

/** The stretches of runs that share a link, and those that have none. */
export function groupByLink(runs: readonly Run[]): { link?: Link; runs: Run[] }[] {
  const groups: { link?: Link; runs: Run[] }[] = [];
  for (const run of runs) {
    const last = groups.at(-1);
    if (last !== undefined && last.link === run.link) last.runs.push(run);
    else groups.push({ ...(run.link && { link: run.link }), runs: [run] });
  }
  return groups;
}

/** The label is the address itself, as in autolinks: it is shown once. */
export function isBare(label: string, href: string): boolean {
  return label === href || `mailto:${label}` === href || `tel:${label}` === href || `http://${label}` === href;
}
