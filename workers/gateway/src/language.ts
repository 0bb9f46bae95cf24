export type Language = "es" | "en";

/** The better of the two languages we speak; Spanish where the client has no wish. */
export function languageOf(acceptLanguage: string | null | undefined): Language {
  if (!acceptLanguage) return "es";
  let best: { language: Language; quality: number } = { language: "es", quality: 0 };
  for (const item of acceptLanguage.slice(0, 256).split(",")) {
    const [tag = "", ...parameters] = item.trim().toLowerCase().split(";");
    const primary = tag.split("-")[0];
    if (primary !== "es" && primary !== "en") continue;
    const q = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith("q="));
    const quality = q === undefined ? 1 : Number(q.slice(2));
    if (quality > best.quality) best = { language: primary, quality };
  }
  return best.language;
}
