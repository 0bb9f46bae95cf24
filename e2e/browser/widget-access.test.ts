import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeChat } from "../../apps/widget/test/fake-server.ts";
import { auditPage, launchChromium, styleOf } from "./chromium.ts";
import { NAUGHTY_STRINGS } from "../naughty-strings.ts";
import { HOSTILE } from "./hostile-strings.ts";
import { openWidget, type WidgetPage } from "./widget-page.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function withWidget(
  run: (widget: WidgetPage, chat: FakeChat) => Promise<void>,
  ...args: [Record<string, string>?, Parameters<Browser["newContext"]>[0]?]
): Promise<void> {
  const chat = await FakeChat.start();
  const widget = await openWidget(browser, chat, ...args);
  try {
    await run(widget, chat);
    expect(widget.crimes).toEqual([]);
  } finally {
    await widget.close();
    await chat.stop();
  }
}

/** Every kind of thing the panel can show, at once. */
async function showEverything({ write, panel }: WidgetPage, chat: FakeChat): Promise<void> {
  await write("Mira https://taller.invalid/a");
  await panel.locator(".agent").waitFor();
  chat.say("**Precios**\n\n- Pinchazo: `8 €`\n- [Revisión](https://taller.invalid/r)\n\n```\nlínea\n```");
  chat.say("Hola, soy Marta", { role: "human", author: "Marta" });
  chat.say("La conversación continúa aquí", { role: "system" });
  chat.say("", { deleted: true });
  chat.send({ type: "owner", owner: "human" });
  chat.answer = () => [];
  await write("un mensaje que falla");
  await panel.getByText("un mensaje que falla").waitFor();
  chat.faults.mute = true;
  await write("otro");
  await expect.poll(() => chat.received("message").length).toBe(3);
  chat.send({ type: "error", code: "LIMIT_EXCEEDED", message: "x", id: chat.received("message").at(-1)?.id });
  await panel.locator(".failure").waitFor();
  chat.say("¿Mañana o tarde?", { buttons: [{ id: "am", title: "Mañana" }] });
  chat.send({ type: "chunk", turnId: "trn_9", index: 0, text: "Escribiendo" });
  chat.send({ type: "error", code: "OVERLOADED", message: "x" });
  await panel.locator(".banner.bad").waitFor();
  await panel.getByRole("button", { name: "Mañana" }).waitFor();
}

describe("access", () => {
  const looks = ["light", "dark"].flatMap((theme) =>
    ["", "#ffd400", "#7f7f7f", "#d11f5a"].map((color) => ({ theme, color })),
  );

  it.each(looks)(
    "has names, roles, sizes and contrast in the $theme look with colour '$color'",
    async ({ theme, color }) => {
      await withWidget(
        async (widget, chat) => {
          await showEverything(widget, chat);
          expect(await auditPage(widget.page)).toEqual([]);
        },
        { open: "", theme, ...(color === "" ? {} : { color }) },
      );
    },
  );

  it("follows the system's dark look by itself", async () => {
    await withWidget(
      async ({ panel, page }) => {
        const background = (): Promise<string> => styleOf(panel, "backgroundColor");
        const dark = await background();
        await page.emulateMedia({ colorScheme: "light" });
        expect(await background()).not.toBe(dark);
      },
      { open: "" },
      { colorScheme: "dark" },
    );
  });

  it("is the audit's own proof: a broken page fails it", async () => {
    await withWidget(async ({ page }) => {
      await page.evaluate(
        "document.body.append(document.createElement('button')); const p = document.createElement('p'); p.textContent = 'x'; p.style.color = '#ccc'; document.body.append(p)",
      );
      const flaws = (await auditPage(page)).join("\n");
      for (const part of ["has no name", "less than 44", "has contrast"]) expect(flaws).toContain(part);
    });
  });

  it("needs no more than a keyboard", async () => {
    await withWidget(async ({ page, panel, launcher, texts }, chat) => {
      await launcher.waitFor();
      const inside = (): Promise<unknown> =>
        page.evaluate(
          "(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).className || (document.activeElement.shadowRoot?.activeElement ?? document.activeElement).localName",
        );
      for (let step = 0; step < 5 && (await inside()) !== "launcher"; step++) await page.keyboard.press("Tab");
      expect(await inside()).toBe("launcher");
      await page.keyboard.press("Enter");
      await panel.waitFor();
      expect(await inside()).toBe("textarea");
      await page.keyboard.type("hola");
      await page.keyboard.press("Shift+Enter");
      await page.keyboard.type("dos líneas");
      await page.keyboard.press("Enter");
      await expect.poll(texts).toEqual(["hola\ndos líneas", "Has dicho: hola/dos líneas".replace("/", "")]);
      chat.say("¿Mañana o tarde?", { buttons: [{ id: "am", title: "Mañana" }] });
      await panel.getByRole("button", { name: "Mañana" }).waitFor();
      for (let step = 0; step < 3 && (await inside()) !== "reply"; step++) await page.keyboard.press("Shift+Tab");
      expect(await inside()).toBe("reply");
      await page.keyboard.press("Space");
      await expect.poll(() => chat.received("message").at(-1)?.text).toBe("Mañana");
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "hidden" });
      expect(await inside()).toBe("launcher");
    });
  });

  it("announces finished messages, not their making nor the past", async () => {
    await withWidget(
      async ({ page, panel, log, write, texts }, chat) => {
        await write("hola");
        await expect.poll(texts).toHaveLength(2);
        await expect.poll(async () => (chat.say("más"), log.getAttribute("aria-live"))).toBe("polite");
        expect(await panel.locator(".draft").getAttribute("aria-hidden")).toBe("true");
        await page.reload();
        await panel.locator(".agent").first().waitFor();
        expect(await log.getAttribute("aria-live")).toBe("off");
      },
      { open: "" },
    );
  });
});

describe("hostile texts", () => {
  it.each([
    ["of our own", HOSTILE, "https:"],
    ["of the Big List of Naughty Strings (35)", NAUGHTY_STRINGS, "http:"],
  ])("%s, as messages, names and titles, are shown as they are and do nothing", async (_whose, strings, linked) => {
    await withWidget(
      async ({ panel, write, texts, page, bubbles }, chat) => {
        chat.answer = () => [];
        await write("hola");
        await expect.poll(texts).toHaveLength(1);
        for (const text of strings) {
          chat.say(text, { role: "agent", buttons: [{ id: "x", title: text }] });
          chat.say(text, { role: "human", author: text });
          chat.say(text, { role: "system" });
          chat.say(text, { role: "visitor" });
        }
        await expect.poll(() => bubbles.count(), { timeout: 60_000 }).toBe(1 + strings.length * 4);
        const written = await panel.locator(".bubble").evaluateAll((nodes) => nodes.map((node) => node.textContent));
        // Visitors' own words are shown to the letter; only links say besides what they do.
        const own = written.filter((_text, index) => index > 0 && index % 4 === 0);
        expect(own.map((text) => text.replaceAll(" (se abre en otra pestaña)", ""))).toEqual([...strings]);
        chat.send({ type: "chunk", turnId: "trn_x", index: 0, text: strings.join("\n") });
        await panel.locator(".draft .bubble").waitFor();
        const found = await panel.evaluate((node) => ({
          tags: [...new Set([...node.querySelectorAll("*")].map((element) => element.localName))].toSorted(),
          hrefs: [...node.querySelectorAll("a")].map((link) => new URL(link.href).protocol),
          handlers: [...node.querySelectorAll("*")]
            .flatMap((element) => element.getAttributeNames())
            .filter((name) => name.startsWith("on")),
        }));
        expect(found.handlers).toEqual([]);
        expect(new Set(found.hrefs)).toEqual(new Set([linked]));
        const harmless = [
          "a",
          "br",
          "button",
          "code",
          "div",
          "em",
          "form",
          "h2",
          "header",
          "i",
          "label",
          "li",
          "ol",
          "p",
          "path",
          "pre",
          "span",
          "strong",
          "svg",
          "textarea",
          "time",
          "ul",
        ];
        expect(found.tags.filter((tag) => !harmless.includes(tag))).toEqual([]);
        expect(await page.title()).toBe("Tienda");
        const overflow = await panel.locator(".scroller").evaluate((node) => node.scrollWidth - node.clientWidth);
        expect(overflow).toBeLessThanOrEqual(0);
      },
      { open: "" },
    );
  });

  it("as the agent's name and in the tag's attributes do nothing either", async () => {
    for (const text of HOSTILE.slice(0, 12)) {
      const chat = await FakeChat.start();
      chat.agentName = text;
      const widget = await openWidget(browser, chat, {
        open: "",
        greeting: text,
        color: text,
        position: text,
        theme: text,
        lang: text,
      });
      await widget.panel.locator(".who.online").waitFor();
      expect(await widget.panel.locator("h2").textContent()).toBe(text);
      expect(await widget.panel.locator(".hello").textContent()).toBe(text);
      expect(widget.crimes).toEqual([]);
      await widget.close();
      await chat.stop();
    }
  });
});
