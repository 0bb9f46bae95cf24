/** A name and no path, of any script. */
export const cleanName = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\p{Cf}/\\]/gu, "_")
    .toWellFormed()
    .trim()
    .slice(0, 120)
    .toWellFormed();
