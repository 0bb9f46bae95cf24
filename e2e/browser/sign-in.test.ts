import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { auditPage, launchChromium, openWatched, type WatchedPage } from "./chromium.ts";
import { DemoSystem } from "./demo-system.ts";

let browser: Browser;
let system: DemoSystem;
let watched: WatchedPage;

beforeAll(async () => {
  system = await DemoSystem.start();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});
afterEach(async () => {
  const { crimes, context } = watched;
  await context.close();
  expect(crimes).toEqual([]);
});

const isSignedIn = async (): Promise<boolean> =>
  (await watched.context.cookies()).some(
    ({ name, httpOnly, sameSite }) => name === "charla" && httpOnly && sameSite === "Lax",
  );

describe("a sign-in link in a browser", () => {
  it("is used by the button and not by looking, and then says how to get another", async () => {
    watched = await openWatched(browser, system.url, { viewport: { width: 360, height: 640 } });
    const { page } = watched;
    const link = await system.signInLink();
    await page.goto(link);
    await page.reload();
    expect(await isSignedIn()).toBe(false);
    await page.getByRole("heading", { name: "Entrar en Charla" }).waitFor();
    // Reached by the keyboard, as the only thing there is to reach.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${system.url}/`);
    expect(await isSignedIn()).toBe(true);

    const answer = await page.goto(link);
    expect(answer?.status()).toBe(410);
    await page.getByRole("heading", { name: "Este enlace ya no sirve" }).waitFor();
    expect(await page.getByRole("button").count()).toBe(0);
    await page.getByRole("link", { name: "Sigue desde aquí" }).click();
    await page.waitForURL(`${system.url}/`);
  });

  it.each(["light", "dark"] as const)("can be read, reached and pressed on a small %s screen", async (colorScheme) => {
    const options = { colorScheme, locale: "en-US", viewport: { width: 320, height: 568 } };
    watched = await openWatched(browser, system.url, options);
    const { page } = watched;
    for (const link of [await system.signInLink(), `${system.url}/auth/link?token=unknown`]) {
      await page.goto(link);
      expect(await auditPage(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    }
  });
});
