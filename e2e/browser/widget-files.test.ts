import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FakeChat } from "../../apps/widget/test/fake-server.ts";
import { auditPage, launchChromium } from "./chromium.ts";
import { pngOf } from "./png.ts";
import { openWidget, type WidgetPage } from "./widget-page.ts";

let browser: Browser;
let chat: FakeChat;
let open: WidgetPage[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  chat = await FakeChat.start();
});
afterEach(async () => {
  const crimes = open.flatMap((widget) => widget.crimes);
  for (const widget of open) await widget.close();
  open = [];
  await chat.stop();
  expect(crimes).toEqual([]);
});

async function widget(...args: [Record<string, string>?, Parameters<Browser["newContext"]>[0]?]): Promise<WidgetPage> {
  const opened = await openWidget(browser, chat, { open: "", ...args[0] }, args[1]);
  open.push(opened);
  await opened.panel.locator(".who.online").waitFor();
  return opened;
}

const PNG = { type: "image", mime: "image/png", name: "escaparate.png", size: 5120 } as const;
const PDF = { type: "document", mime: "application/pdf", name: "factura de septiembre.pdf", size: 123_456 } as const;

describe("files in the widget", () => {
  it.each([
    ["light", {}],
    ["dark", { colorScheme: "dark" as const }],
  ])("a picture is drawn with its name, a document is a named link with its size: %s", async (theme, options) => {
    const { page, panel } = await widget({}, options);
    const picture = chat.say("Así ha quedado.", { role: "human", author: "Vera", media: [PNG] });
    chat.files.set(`${picture.seq}/files/0`, { mime: "image/png", bytes: pngOf(1200, 600, [31, 138, 91]) });
    const letter = chat.say("", { role: "human", author: "Vera", media: [PDF, { type: "voice", mime: "audio/ogg" }] });
    chat.files.set(`${letter.seq}/files/0`, { mime: "application/pdf", bytes: Buffer.from("%PDF-1.4") });
    chat.files.set(`${letter.seq}/files/1`, { mime: "audio/ogg", bytes: Buffer.from("OggS") });
    const heic = { type: "image", mime: "image/heic", name: "foto.heic", size: 2_300_000 } as const;
    const photo = chat.say("", { role: "visitor", media: [heic] });
    chat.files.set(`${photo.seq}/files/0`, { mime: heic.mime, bytes: Buffer.from("heic") });
    const drawn = panel.getByRole("img", { name: "Imagen: escaparate.png" });
    await drawn.waitFor();
    // This program is typed without the browser's globals.
    const canvas = "document.querySelector('charla-chat').shadowRoot.querySelector('canvas')";
    expect(await page.evaluate(`[${canvas}.width, ${canvas}.height]`)).toEqual([800, 400]);
    const pixel = await page.evaluate(`[...${canvas}.getContext('2d').getImageData(400, 200, 1, 1).data]`);
    expect(pixel).toEqual([31, 138, 91, 255]);
    const link = panel.getByRole("link", { name: /factura de septiembre\.pdf.*PDF · 123 kB/u });
    await expect.poll(() => link.getAttribute("href")).toBe(`${chat.url}/files/${letter.seq}/files/0/name`);
    expect(await link.getAttribute("rel")).toContain("noopener");
    await panel.getByRole("link", { name: "Nota de voz" }).waitFor();
    await panel.getByRole("link", { name: /foto\.heic.*HEIC · 2,3 MB/u }).waitFor();
    expect(await panel.locator(".bubble").nth(1).locator("p").count()).toBe(0);
    expect(await auditPage(page)).toEqual([]);
    const overflow = await panel.locator(".scroller").evaluate((node) => node.scrollWidth - node.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    const shots = process.env["WIDGET_SHOTS"];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/widget-files-${theme}.png` });
  });

  it("a document is downloaded with a key press, and the page stays where it was", async () => {
    const { page, panel } = await widget();
    const { seq } = chat.say("", { media: [PDF] });
    chat.files.set(`${seq}/files/0`, { mime: "application/pdf", bytes: Buffer.from("%PDF-1.4 hola") });
    const link = panel.getByRole("link", { name: /factura/u });
    await expect.poll(() => link.getAttribute("href")).not.toBeNull();
    const fetched = page.context().waitForEvent("request", (request) => request.url().includes(`/files/${seq}/`));
    await link.press("Enter");
    await fetched;
    expect(page.url()).toBe(`${chat.url}/?open=`);
  });

  it("what cannot be drawn is a named link, and what is no longer there says so", async () => {
    const { panel } = await widget({ lang: "en" });
    const { seq } = chat.say("", { media: [PNG, { ...PNG, name: "gone.png" }, { ...PNG, name: "never.png" }] });
    chat.files.set(`${seq}/files/0`, { mime: "image/png", bytes: Buffer.from("no picture at all") });
    chat.files.set(`${seq}/files/1`, null);
    const link = panel.getByRole("link", { name: /escaparate\.png/u });
    await expect.poll(() => link.getAttribute("href")).not.toBeNull();
    await panel.getByRole("link", { name: /never\.png.*No longer available/u }).waitFor();
    expect(await panel.locator("canvas").count()).toBe(0);
    const name = panel.getByRole("link", { name: /gone\.png/u });
    expect(await name.getAttribute("target")).toBe("_blank");
  });

  it("nothing is asked for before somebody looks, nor of a message that was deleted", async () => {
    const { page, panel, launcher } = await widget();
    await panel.getByRole("button", { name: "Cerrar el chat" }).click();
    await launcher.waitFor();
    const asked = (): string[] => chat.requests.filter((request) => request.includes("/messages/"));
    const picture = chat.say("", { media: [PNG] });
    chat.say("", { media: [PDF], deleted: true });
    chat.files.set(`${picture.seq}/files/0`, { mime: "image/png", bytes: pngOf(40, 40, [0, 0, 0]) });
    await page.getByRole("button", { name: /2 mensajes nuevos|1 mensaje nuevo/u }).waitFor();
    expect(asked()).toEqual([]);
    await launcher.click();
    await panel.getByRole("img", { name: "Imagen: escaparate.png" }).waitFor();
    expect(new Set(asked()).size).toBe(1);
    expect(await panel.getByRole("link", { name: /factura/u }).count()).toBe(0);
  });

  it("names are shown as they are", async () => {
    const { panel } = await widget();
    const name = '<img src=x onerror="alert(1)">\u202Efdp.exe';
    chat.say("", { media: [{ ...PDF, name }] });
    await expect.poll(() => panel.locator(".file .name").textContent()).toBe(name);
    expect(await panel.locator("img").count()).toBe(0);
  });
});
