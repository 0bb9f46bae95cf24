import type { Lang } from "./texts.ts";

const KEY = "charla:site:lang";
const isLang = (value: string | null): value is Lang => value === "es" || value === "en";

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** The address decides and is remembered; then the browser's language; Spanish in doubt. */
export function chooseLanguage(): Lang {
  const asked = new URLSearchParams(location.search).get("lang");
  if (isLang(asked)) {
    try {
      localStorage.setItem(KEY, asked);
    } catch {
      return asked;
    }
    return asked;
  }
  const kept = remembered();
  if (isLang(kept)) return kept;
  return navigator.language.startsWith("en") ? "en" : "es";
}
