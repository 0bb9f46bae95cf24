/** Words by which a person stops or resumes messages where the vendor has none of its own; the whole message, nothing less. */
const STOP = new Set(["stop", "unsubscribe", "baja", "darme de baja", "no más mensajes", "no mas mensajes"]);
const START = new Set(["start", "unstop", "alta"]);

export function optWord(text: string): "opt_out" | "opt_in" | undefined {
  if (text.length > 40) return undefined;
  const word = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\s]/gu, "")
    .trim();
  return STOP.has(word) ? "opt_out" : START.has(word) ? "opt_in" : undefined;
}
