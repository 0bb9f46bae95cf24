import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { auditPage, launchChromium, openWatched, type WatchedPage } from "./chromium.ts";
import { DemoSystem } from "./demo-system.ts";

let browser: Browser;
let system: DemoSystem;
let opened: WatchedPage[] = [];

beforeAll(async () => {
  system = await DemoSystem.start();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});
afterEach(async () => {
  const crimes = opened.flatMap((watched) => watched.crimes);
  for (const { context } of opened) await context.close();
  opened = [];
  expect(crimes).toEqual([]);
});

type Demo = { page: Page; write: (text: string) => Promise<void>; bubbles: Locator; turns: Locator };

async function visit(address: string, options: BrowserContextOptions = {}): Promise<Demo> {
  const watched = await openWatched(browser, system.url, options);
  opened.push(watched);
  const { page } = watched;
  await page.goto(address);
  if (address !== system.url) await page.locator("form button").click();
  const input = page.locator("charla-chat textarea");
  await page.locator("charla-chat .who.online").waitFor();
  const write = async (text: string): Promise<void> => {
    await input.fill(text);
    await input.press("Enter");
  };
  return { page, write, bubbles: page.locator("charla-chat .log .bubble"), turns: page.locator(".card.turn") };
}

/** The types of frames that the page's sockets receive, in order, as `message` or `row:step`. */
function recordFrames(page: Page): string[] {
  const seen: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      const frame: { type?: string; row?: { kind: string; state: string }; message?: { role: string } } = JSON.parse(
        String(payload),
      );
      seen.push(
        [frame.type, frame.row?.kind, frame.row?.state, frame.message?.role]
          .filter((part) => part !== undefined)
          .join(":"),
      );
    }),
  );
  return seen;
}

describe("the demo page", () => {
  it("lets anybody chat, and tells who is not signed in how to see more", async () => {
    const { page, write, bubbles } = await visit(system.url);
    await page.getByRole("heading", { name: "Entra para ver lo que ocurre por dentro" }).waitFor();
    await write("¿Cuánto cuesta centrar una rueda?");
    await expect.poll(() => bubbles.last().textContent(), { timeout: 20_000 }).toContain("15 €");
    expect(await page.locator("charla-chat").getByText("Modelo de demostración").isVisible()).toBe(true);
  });

  it("shows a turn with its steps, lets a person take over and answer, and hands back", async () => {
    const { page, write, bubbles, turns } = await visit(await system.signInLink());
    const frames = recordFrames(page);
    await page.reload();
    await page.getByRole("button", { name: "¿Cuánto es 3 * 12 + 35?" }).click();
    await expect.poll(() => bubbles.last().textContent(), { timeout: 20_000 }).toContain("71");
    const first = turns.first();
    await first.getByText("respondido").waitFor();
    await first.getByRole("heading", { name: "Herramienta", exact: true }).waitFor();
    expect(await first.locator(".node.model").count()).toBe(2);
    await first.locator(".node.tool pre", { hasText: "71" }).waitFor();
    await first.locator(".node.out .here", { hasText: "leído" }).waitFor();

    // Streamed to the customer before it was finished, and every change told to the operator.
    expect(frames.indexOf("chunk")).toBeGreaterThan(-1);
    expect(frames.indexOf("chunk")).toBeLessThan(frames.indexOf("message:agent"));

    await write("¿Qué horario tenéis?");
    await expect.poll(() => bubbles.count(), { timeout: 20_000 }).toBe(4);
    await expect
      .poll(() => frames.filter((frame) => frame.startsWith("row:")))
      .toEqual(expect.arrayContaining(["row:turn:open", "row:step:done", "row:out:sent", "row:turn:done"]));

    await page.getByRole("button", { name: "Tomar la conversación" }).click();
    await page.getByText("Responde una persona").waitFor();
    await page.locator("charla-chat").getByText("Te atiende una persona").waitFor();
    await write("¿Sigues ahí?");
    await page.getByLabel("Responder como persona").fill("Sí, soy Marta.\nDime.");
    await page.locator(".answer .button").click();
    await expect.poll(() => bubbles.last().textContent()).toContain("Sí, soy Marta.");
    expect(await bubbles.allTextContents()).toHaveLength(6);

    await page.getByRole("button", { name: "Devolver al agente" }).click();
    await page.getByText("Responde el agente").waitFor();
    await write("¿A qué hora abrís los sábados?");
    await expect.poll(() => bubbles.last().textContent(), { timeout: 20_000 }).toContain("10:00");
  });

  it("gathers several messages into one turn, seen as such", async () => {
    const { write, bubbles, turns, page } = await visit(await system.signInLink());
    await write("hola");
    await write("una duda");
    await write("¿arregláis pinchazos?");
    await turns.first().getByText("3 mensajes reunidos en un turno").waitFor();
    await expect.poll(() => bubbles.count(), { timeout: 20_000 }).toBe(4);
    await page.locator(".card.turn .track .here").waitFor();
    expect(await turns.count()).toBe(1);
  });

  it("finds everything again after a reload", async () => {
    const { page, write, bubbles, turns } = await visit(await system.signInLink());
    await write("¿Dónde estáis?");
    await expect.poll(() => bubbles.count(), { timeout: 20_000 }).toBe(2);
    const before = await bubbles.allTextContents();
    await page.reload();
    await expect.poll(() => bubbles.allTextContents()).toEqual(before);
    await turns.first().getByText("respondido").waitFor();
  });

  it("shows hostile text in both halves as text", async () => {
    const { page, write, bubbles, turns } = await visit(await system.signInLink());
    const text =
      '<img src=x onerror=alert(1)><script>alert(1)</script>"><svg onload=alert(1)> [x](javascript:alert(1))';
    await write(text);
    await expect.poll(() => bubbles.first().textContent()).toBe(text);
    await turns.first().locator(".heard", { hasText: "<script>alert(1)</script>" }).waitFor();
    expect(await page.locator("main img, main svg[onload], charla-chat img").count()).toBe(0);
  });

  const looks: { name: string; lang: string; options: BrowserContextOptions }[] = [
    {
      name: "desktop, light, Spanish",
      lang: "es",
      options: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
    },
    {
      name: "desktop, dark, English",
      lang: "en",
      options: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
    },
    {
      name: "phone, light, English",
      lang: "en",
      options: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme: "light" },
    },
    {
      name: "phone, dark, Spanish",
      lang: "es",
      options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" },
    },
  ];
  it.each(looks)("is readable and operable: $name", async ({ lang, options }) => {
    const { page, write, turns } = await visit(await system.signInLink(), options);
    await page.goto(`${system.url}/?lang=${lang}`);
    await page.locator("charla-chat .who.online").waitFor();
    expect(await auditPage(page)).toEqual([]);
    await write("2 + 2");
    await turns.first().locator(".track .here").waitFor();
    expect(await auditPage(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    expect(await page.locator("html").getAttribute("lang")).toBe(lang);
  });

  it("says what to do when there is no demo agent", async () => {
    const watched = await openWatched(browser, system.url);
    opened.push(watched);
    await watched.page.route("**/demo.json", (route) => route.fulfill({ status: 404, json: { title: "Not found" } }));
    await watched.page.goto(system.url);
    await watched.page.getByText("Todavía no hay un agente de demostración.").waitFor();
  });
});
