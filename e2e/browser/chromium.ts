import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function launchChromium(): Promise<Browser> {
  if (!existsSync(executablePath))
    throw new Error(
      `No browser at ${executablePath}. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.`,
    );
  return chromium.launch({ executablePath, headless: true, args: QUIET });
}

/** A page that remembers everything it should never do. */
export type WatchedPage = { page: Page; context: BrowserContext; crimes: string[] };

/** Network failures a test causes on purpose are reported by the browser in these words. */
const EXPECTED = /Failed to load resource|WebSocket connection to/u;

export async function openWatched(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: "es-ES", reducedMotion: "reduce", ...options });
  const crimes: string[] = [];
  context.on("request", (request) => {
    const url = request.url();
    if (new URL(url).host !== new URL(origin).host && !url.startsWith("data:")) crimes.push(`foreign request ${url}`);
  });
  const page = await context.newPage();
  page.on("dialog", (dialog) => {
    crimes.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => crimes.push(`error ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !EXPECTED.test(message.text())) crimes.push(`console ${message.text()}`);
  });
  page.setDefaultTimeout(15_000);
  return { page, context, crimes };
}

let auditScript: Promise<string> | undefined;

function bundleAudit(): Promise<string> {
  const entry = fileURLToPath(new URL("../../apps/widget/test/in-page/audit.ts", import.meta.url));
  return build({ entryPoints: [entry], bundle: true, write: false, format: "iife", target: "es2022" }).then((result) =>
    result.outputFiles.map((file) => file.text).join(""),
  );
}

/** What is wrong with the page for keyboard, screen reader and weak eyes; in words. */
export async function auditPage(page: Page): Promise<string[]> {
  auditScript ??= bundleAudit();
  await page.evaluate(await auditScript);
  const found: unknown = await page.evaluate("audit()");
  return Array.isArray(found) ? found.map(String) : [`no result: ${String(found)}`];
}

export function styleOf(locator: Locator, property: string): Promise<string> {
  // This program is typed without the browser's globals; inside the page they are there.
  return locator.evaluate(
    (node, name) => String(Reflect.get(Reflect.get(globalThis, "getComputedStyle")(node) as object, name)),
    property,
  );
}
