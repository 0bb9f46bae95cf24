import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "./chromium.ts";
import { DemoSystem } from "./demo-system.ts";
import { pngOf } from "./png.ts";

let browser: Browser;
let system: DemoSystem;
let site: Server;
let siteUrl = "";

/** Somebody's own site, on an origin of its own, with the policy that the embedding guide tells to set. */
function startSite(): Promise<Server> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://site");
    const attributes = [...searchParams].map(([name, value]) => `data-${name}="${value}"`).join(" ");
    const { host } = new URL(system.url);
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; script-src ${system.url}; connect-src ${system.url} ws://${host}; require-trusted-types-for 'script'`,
    });
    response.end(
      `<!doctype html><html lang="es"><title>Tienda</title><body><h1>Tienda</h1><script src="${system.url}/chat/widget.js" async ${attributes}></script></body></html>`,
    );
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

beforeAll(async () => {
  system = await DemoSystem.start();
  browser = await launchChromium();
  site = await startSite();
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser?.close();
  site?.closeAllConnections();
  site?.close();
  await system?.stop();
});

async function visit(attributes: Record<string, string>, run: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ locale: "es-ES", reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const violations: string[] = [];
  page.on(
    "console",
    (message) => message.text().includes("Content Security Policy") && violations.push(message.text()),
  );
  await page.goto(`${siteUrl}/?${new URLSearchParams({ open: "", ...attributes })}`);
  await run(page);
  expect(violations).toEqual([]);
  await context.close();
}

const bubbles = (page: Page): Promise<string[]> => page.locator("charla-chat .log .bubble").allTextContents();

async function say(page: Page, text: string): Promise<void> {
  const input = page.locator("charla-chat textarea");
  await input.fill(text);
  await input.press("Enter");
}

function signedIdentity(secret: string, sub: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, exp: Math.floor(Date.now() / 1000) + 600, name: "Ana" })}`;
  return `${head}.${createHmac("sha256", secret).update(head).digest("base64url")}`;
}

describe("the widget on another site", () => {
  it("talks to the agent when the channel allows the site, in the channel's colour and title", async () => {
    const { id } = await system.channel("Tienda", { allowedOrigins: [siteUrl], title: "Ayuda", color: "#7a1fa2" });
    await visit({ channel: id }, async (page) => {
      await page.getByRole("dialog", { name: "Ayuda" }).waitFor();
      await say(page, "¿Cuánto cuesta centrar una rueda?");
      await expect.poll(async () => (await bubbles(page)).at(-1), { timeout: 20_000 }).toContain("15 €");
      await page.reload();
      await expect.poll(async () => (await bubbles(page)).length).toBe(2);
    });
  });

  it("draws a picture and hands over a document of the business under the site's own policy", async () => {
    const { id } = await system.channel("Archivos", { allowedOrigins: [siteUrl] });
    await visit({ channel: id }, async (page) => {
      const log = page.locator("charla-chat .log");
      await say(page, "¿Cómo ha quedado?");
      await expect.poll(async () => (await bubbles(page)).length, { timeout: 20_000 }).toBe(2);
      // The page is told the conversation's id when it listens, however late.
      const conversationId = String(
        await page.evaluate("new Promise((tell) => Charla.on('ready', (ready) => tell(ready.conversationId)))"),
      );
      await system.sendFile(conversationId, "rueda.png", pngOf(60, 30, [31, 138, 91]));
      await system.sendFile(conversationId, "factura.txt", new TextEncoder().encode("Centrado: 15 €"));
      await log.getByRole("img", { name: "Imagen: rueda.png" }).waitFor();
      const link = log.getByRole("link", { name: /factura\.txt.*TXT · 16/u });
      await expect.poll(() => link.getAttribute("href")).toMatch(/\/files\//u);
      const answer = await fetch(String(await link.getAttribute("href")));
      expect(await answer.text()).toBe("Centrado: 15 €");
    });
  });

  it("says that it is not allowed when the channel does not", async () => {
    const { id } = await system.channel("Otra", { allowedOrigins: ["https://other.example"] });
    await visit({ channel: id, lang: "en" }, async (page) => {
      // A refused preflight carries no reason a script could read; then the widget keeps trying and says that.
      await page
        .locator("charla-chat")
        .getByText(/not allowed on this page|Connection lost/u)
        .waitFor();
      expect(await bubbles(page)).toEqual([]);
    });
  });

  it("says so when there is no such channel", async () => {
    await visit({ channel: `chn_${"0".repeat(26)}` }, async (page) => {
      await page
        .locator("charla-chat")
        .getByText(/no existe o está desactivado|Conexión perdida/u)
        .waitFor();
    });
  });

  it("shows a signed-in user the same conversation in every browser, and nobody else's", async () => {
    const { id, secrets } = await system.channel("Clientes", { allowedOrigins: [siteUrl] });
    const secret = secrets?.identitySecret ?? "";
    await visit({ channel: id, identity: signedIdentity(secret, "ana") }, async (page) => {
      await say(page, "¿Dónde estáis?");
      await expect.poll(async () => (await bubbles(page)).length, { timeout: 20_000 }).toBe(2);
    });
    await visit({ channel: id, identity: signedIdentity(secret, "ana") }, async (page) => {
      await expect.poll(async () => (await bubbles(page))[0]).toBe("¿Dónde estáis?");
    });
    await visit({ channel: id, identity: signedIdentity(secret, "luis") }, async (page) => {
      await page.locator("charla-chat .who.online").waitFor();
      await say(page, "hola");
      await expect.poll(async () => (await bubbles(page))[0], { timeout: 20_000 }).toBe("hola");
    });
    await visit({ channel: id, identity: signedIdentity("wrong", "ana") }, async (page) => {
      await page.locator("charla-chat").getByText("No hemos podido comprobar quién eres").waitFor();
    });
  });
});
