import { expect, it } from "vitest";
import { AppError } from "./errors.ts";
import { StaleCache } from "./stale-cache.ts";

it("keeps what is there, and lets nothing that is not there push it out", async () => {
  const cache = new StaleCache<string | null>({ capacity: 2 });
  let loads = 0;
  const get = (key: string, value: string | null): Promise<string | null> =>
    cache.get(key, 0, async () => {
      loads++;
      return value;
    });
  await get("a", "one");
  for (let n = 0; n < 10; n++) expect(await get(`made-up-${n}`, null)).toBeNull();
  expect([await get("a", "never asked"), loads]).toEqual(["one", 11]);
});

it("remembers that something is gone", async () => {
  const cache = new StaleCache<string | null>({ freshMs: 10 });
  await cache.get("a", 0, async () => "one");
  expect(await cache.get("a", 20, async () => null)).toBeNull();
  const failing = (): Promise<never> => Promise.reject(new Error("down"));
  expect(await cache.get("a", 40, failing)).toBeNull();
});

it("serves what it had when the store fails, and not when the store says that there is nothing", async () => {
  const cache = new StaleCache<string>({ freshMs: 10 });
  await cache.get("a", 0, async () => "one");
  const down = (): Promise<never> => Promise.reject(new Error("down"));
  const gone = (): Promise<never> => Promise.reject(new AppError("NOT_FOUND", "no record a"));
  expect(await cache.get("a", 20, down)).toBe("one");
  await expect(cache.get("a", 40, gone)).rejects.toThrow("no record a");
  await expect(cache.get("a", 60, down)).rejects.toThrow("down");
});
