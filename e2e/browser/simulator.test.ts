import { request } from "node:http";

import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { SourceTree } from "@charla/testkit/charla/tree";
import { Entry } from "../entry.ts";
import { freePort } from "../free-port.ts";
import { auditPage, launchChromium, openWatched, type WatchedPage } from "./chromium.ts";

// The simulator is part of what a person starts and of nothing else, so that is what is started here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
// The first turn after a start has everything to load, and on a busy machine that is long.
const SOON = { timeout: 120_000 };

let browser: Browser;
let tree: SourceTree;
let entry: Entry;
let url: string;
let opened: WatchedPage[] = [];

beforeAll(async () => {
  tree = new SourceTree({ pages: true });
  entry = Entry.script(tree, "--port", String(await freePort()));
  url = (await entry.ready()).simulatorUrl;
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await entry?.kill();
  tree?.remove();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    for (const { page } of opened) console.error(await page.locator("body").innerText().catch(String));
  const crimes = opened.flatMap((watched) => watched.crimes);
  for (const { context } of opened) await context.close();
  opened = [];
  expect(crimes).toEqual([]);
});

type Phone = {
  page: Page;
  write: (text: string) => Promise<void>;
  mine: Locator;
  theirs: Locator;
  wire: (text: string) => Locator;
};

/** Somebody who has not written before, with the channel open in front of them. */
async function pickUp(line: string, name: string, options: BrowserContextOptions = {}): Promise<Phone> {
  const watched = await openWatched(browser, url, options);
  opened.push(watched);
  const { page } = watched;
  page.setDefaultTimeout(SOON.timeout);
  await page.goto(`${url}?lang=es#${line}`);
  await page.getByRole("button", { name: "+ Otra persona" }).click();
  await page.getByLabel("Nombre de la otra persona").fill(name);
  await page.getByRole("button", { name: "Añadir" }).click();
  await expect.poll(() => page.getByLabel("Escribes como").locator("option:checked").textContent(), SOON).toBe(name);
  const input = page.getByLabel("Mensaje", { exact: true });
  return {
    page,
    write: async (text) => {
      await input.fill(text);
      await input.press("Enter");
    },
    mine: page.locator(".line.contact"),
    theirs: page.locator(".line.business"),
    wire: (text) => page.locator(".wire-head", { hasText: text }),
  };
}

const answered = (locator: Locator, text: string): Promise<void> =>
  expect.poll(async () => (await locator.allTextContents()).join("\n"), SOON).toContain(text);

describe("WhatsApp", () => {
  it("shows buttons that can be tapped, ticks both ways, and what is reported", async () => {
    const { page, write, mine, theirs, wire } = await pickUp("whatsapp", "Inés");
    await write("Quiero pedir cita");
    await theirs.first().getByRole("button", { name: "Revisión completa" }).click(SOON);
    await answered(theirs.last(), "79 €");
    expect(await mine.last().locator(".quote").textContent()).toContain("pedir cita");
    await mine.first().getByRole("img", { name: "Leído", exact: true }).waitFor();
    await theirs.last().getByRole("img", { name: "Avisado al negocio: Leído" }).waitFor();
    for (const report of ["sent", "delivered", "read"]) await wire(report).first().waitFor();

    const before = await theirs.count();
    await page.getByRole("button", { name: "Repetir el último webhook" }).click();
    await page.getByText("El último webhook se ha entregado otra vez.").waitFor();
    expect(await theirs.count()).toBe(before);

    await page.getByRole("button", { name: "Perder el próximo aviso" }).click();
    await write("menú");
    await wire("Perdido").waitFor(SOON);
    await page.getByRole("button", { name: "Perder el próximo aviso" }).waitFor();
    await theirs.last().getByRole("button", { name: "Ver opciones" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Horario" }).click();
    await answered(theirs.last(), "9:30");
    expect(await theirs.count()).toBe(4);
  });

  it("is silent once somebody answers from the phone of the business, and finds everything again", async () => {
    const { page, write, theirs } = await pickUp("whatsapp", "Omar");
    await write("¿Arregláis pinchazos?");
    await answered(theirs.last(), "12 €");
    await page.getByLabel("Responder desde el teléfono del negocio").fill("Soy Marta, te atiendo yo.");
    await page.getByRole("button", { name: "Enviar como el negocio" }).click();
    await page.locator(".line.owner", { hasText: "Soy Marta" }).waitFor();
    await write("Vale, gracias. ¿Y cuánto cuesta centrar una rueda?");
    await page.locator(".line.contact .tick:is(.sent, .delivered, .read)").nth(1).waitFor();
    // Who asks later is answered, so Omar would have been by then.
    const later = await pickUp("whatsapp", "Rita");
    await later.write("¿Y cuánto cuesta centrar una rueda?");
    await answered(later.theirs.last(), "15 €");
    await page.reload();
    await page.locator(".line.owner", { hasText: "Soy Marta" }).waitFor();
    expect(await page.locator(".line.contact").count()).toBe(2);
    expect(await theirs.count()).toBe(1);
  });

  it("sends a voice note, a photo and a PDF, which are heard, seen and read", async () => {
    const { page, theirs, mine } = await pickUp("whatsapp", "Noa");
    const attach = async (name: string): Promise<void> => {
      await page.getByRole("button", { name: "Adjuntar" }).click();
      await page.getByRole("button", { name }).click();
    };
    await attach("Enviar nota de voz");
    await answered(theirs.last(), "12 €");
    await attach("Un PDF");
    await answered(theirs.last(), "64,00 EUR");
    await attach("Una foto");
    await mine.last().getByRole("img", { name: "Imagen: bicicleta.png" }).waitFor();
    await expect.poll(() => theirs.count(), SOON).toBe(3);
    expect(await mine.first().locator("audio").count()).toBe(1);
  });
});

describe("other channels", () => {
  it("Telegram: keys under a message, an edit, bold text", async () => {
    const { page, write, mine, theirs } = await pickUp("telegram", "Inés");
    await write("menú");
    await theirs.first().getByRole("button", { name: "Horario" }).click(SOON);
    await answered(theirs.last(), "9:30");
    await mine.first().locator("summary").click();
    await mine.first().getByRole("button", { name: "Editar" }).click();
    await write("¿Dónde estáis?");
    await mine.first().getByText("editado").waitFor();
    await expect.poll(() => mine.first().locator(".text").textContent(), SOON).toBe("¿Dónde estáis?");
    expect(await page.getByRole("button", { name: "Perder el próximo aviso" }).isVisible()).toBe(false);
  });

  it("SMS: plain text, with what became of it", async () => {
    const { write, theirs, wire } = await pickUp("sms", "Inés");
    await write("Quiero pedir cita");
    await answered(theirs.last(), "1. Revisión básica");
    expect(await theirs.last().getByRole("button").count()).toBe(0);
    await theirs.last().getByRole("img", { name: "Avisado al negocio: Entregado" }).waitFor(SOON);
    await wire("delivered").first().waitFor();
  });

  it("e-mail: a letter with a subject, answered in its exchange", async () => {
    const { page, write, theirs } = await pickUp("email", "Inés");
    await page.getByLabel("Asunto", { exact: true }).fill("Mi rueda");
    await write("¿Cuánto cuesta arreglar un pinchazo?");
    await theirs.first().getByText("Re: Mi rueda").waitFor(SOON);
    const letter = theirs.first().frameLocator("iframe");
    await letter.getByText("12 €").waitFor();
    await write("¿Y abrís los sábados?");
    await expect.poll(() => theirs.count(), SOON).toBe(2);
    expect(await theirs.last().locator(".subject").textContent()).toBe("Re: Mi rueda");
  });

  it.each(["messenger", "instagram", "slack"])("%s: an answer and a choice", async (line) => {
    const { write, theirs } = await pickUp(line, "Inés");
    await write("Quiero pedir cita");
    await theirs.first().getByRole("button", { name: "Revisión básica" }).click(SOON);
    await answered(theirs.last(), "35 €");
  });

  it("telephone: a call with text in place of speech, until one hangs up", async () => {
    const { page, write, theirs, wire } = await pickUp("voice", "Inés");
    expect(await page.getByLabel("Mensaje", { exact: true }).isVisible()).toBe(false);
    await page.getByRole("button", { name: "Llamar" }).click();
    await page.getByText("En llamada").waitFor();
    await theirs.first().waitFor();
    await write("¿Cuánto cuesta arreglar un pinchazo?");
    await answered(theirs.last(), "12");
    await page.getByRole("button", { name: "Colgar" }).click();
    await page.getByRole("button", { name: "Llamar" }).waitFor();
    await wire("completed").first().waitFor();
  });

  it("web: the very widget, as the person who is chosen", async () => {
    const page = await (await browser.newContext({ locale: "es-ES" })).newPage();
    await page.goto(`${url}?lang=es#web`);
    const frame = page.frameLocator("iframe.web");
    await frame.locator("charla-chat textarea").fill("¿Arregláis pinchazos?");
    await frame.locator("charla-chat textarea").press("Enter");
    await expect.poll(() => frame.locator("charla-chat .bubble").allTextContents(), SOON).toHaveLength(2);
    await page.context().close();
  });
});

it("shows what anybody writes as text", async () => {
  const { page, write, mine } = await pickUp("telegram", '<img src=x onerror="alert(1)">');
  const text = "<img src=x onerror=alert(1)><script>alert(1)</script> [x](javascript:alert(1))";
  await write(text);
  await expect.poll(() => mine.first().locator(".text").textContent(), SOON).toBe(text);
  expect(await page.locator("main img:not(.picture), main script").count()).toBe(0);
});

const looks: { name: string; lang: string; options: BrowserContextOptions }[] = [
  {
    name: "desktop, light, Spanish",
    lang: "es",
    options: { viewport: { width: 1360, height: 900 }, colorScheme: "light" },
  },
  {
    name: "phone, dark, English",
    lang: "en",
    options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" },
  },
];
it.each(looks)("is readable and operable: $name", async ({ lang, options }) => {
  const watched = await openWatched(browser, url, options);
  opened.push(watched);
  const { page } = watched;
  page.setDefaultTimeout(SOON.timeout);
  for (const line of ["whatsapp", "messenger", "telegram", "email"]) {
    await page.goto(`${url}?lang=${lang}#${line}`);
    const chosen = page.locator("nav button[aria-current]");
    await expect.poll(async () => (await chosen.textContent())?.toLowerCase().replace("-", ""), SOON).toContain(line);
    await page.locator(".composer textarea").fill("menú");
    await page.locator(".composer textarea").press("Enter");
    await page.locator(".line.business").first().waitFor(SOON);
    expect(await auditPage(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  }
  expect(await page.locator("html").getAttribute("lang")).toBe(lang);
});

describe("other pages and other names", () => {
  /** `fetch` lets nobody choose these headers; another page's DNS does. */
  const call = (method: string, path: string, headers: Record<string, string>, body = ""): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(new URL(path, url), {
        method,
        headers: { "content-type": "application/json", ...headers },
      });
      asked.once("response", (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.once("error", reject);
      asked.end(body);
    });
  const person = JSON.stringify({ line: "sms", name: "Intruso" });

  it("get nothing and change nothing", async () => {
    const { host, origin } = new URL(url);
    const rebound = `evil.example:${new URL(url).port}`;
    expect(await call("GET", "/", { host: rebound })).toBe(403);
    expect(await call("GET", "/api/events", { host: rebound })).toBe(403);
    expect(await call("GET", "/api/events", { host, origin: "https://evil.example" })).toBe(403);
    expect(await call("POST", "/api/people", { host: rebound, origin: `http://${rebound}` }, person)).toBe(403);
    expect(await call("POST", "/api/people", { host, origin: "https://evil.example" }, person)).toBe(403);
    expect(await call("POST", "/api/people", { host }, person)).toBe(403);
    expect(await call("POST", "/api/people", { host, origin, "content-type": "text/plain" }, person)).toBe(415);
    expect(await call("POST", "/api/people", { host, origin }, '{"line":"fax","name":"x"}')).toBe(400);
    const { page } = await pickUp("sms", "Vecina");
    expect(await page.getByLabel("Escribes como").locator("option").allTextContents()).not.toContain("Intruso");
  });
});
