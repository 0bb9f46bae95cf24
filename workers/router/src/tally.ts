type Store = {
  get(key: string): Promise<string | null>;
  put(key: string, text: string, options: { expirationTtl: number }): Promise<unknown>;
};
type Entry = { id: string; at: number };

export type Tally = (key: string, id: string, withinMs: number, now: number) => Promise<number>;

const MAX_ENTRIES = 64;
/** The least that KV keeps anything for. */
const MIN_TTL_SECONDS = 60;

/**
 * Which place the id takes among those that came under the key within the time; the same again when it comes again. KV may
 * lag behind by a minute, so this bounds what goes round in circles and is no exact limit. When KV fails, nothing is
 * counted: a mail that is lost is worse than one too many that is answered.
 */
export const tallyIn =
  (store: Store, failed: (error: unknown) => void): Tally =>
  async (key, id, withinMs, now) => {
    const name = `tally:${key}`;
    try {
      const known = entriesOf(await store.get(name)).filter(({ at }) => at > now - withinMs);
      const place = known.findIndex((entry) => entry.id === id);
      if (place !== -1) return place + 1;
      if (known.length >= MAX_ENTRIES) return known.length + 1;
      const expirationTtl = Math.max(MIN_TTL_SECONDS, Math.ceil(withinMs / 1000));
      await store.put(name, JSON.stringify([...known, { id, at: now }]), { expirationTtl });
      return known.length + 1;
    } catch (error) {
      failed(error);
      return 1;
    }
  };

function entriesOf(text: string | null): Entry[] {
  const list: unknown = text === null ? [] : JSON.parse(text);
  return Array.isArray(list) ? list.filter(isEntry) : [];
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && "id" in value && "at" in value && typeof value.at === "number";
