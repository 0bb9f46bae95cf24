/** RFC 5322 allows long headers, the mail services do not. */
const MAX_BYTES = 2048;
const LAST = 10;

/** The mail that is answered closes the list; the one that began the exchange opens it. */
export function referencesOf(ancestors: readonly string[], parent: string): string {
  const before = ancestors.filter((id) => id !== parent);
  const ids = before.length <= LAST + 1 ? before : [...before.slice(0, 1), ...before.slice(-LAST)];
  ids.push(parent);
  while (ids.length > 2 && ids.join(" ").length > MAX_BYTES) ids.splice(1, 1);
  return ids.join(" ").length > MAX_BYTES ? parent : ids.join(" ");
}
