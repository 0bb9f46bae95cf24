import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FakeChat } from "../../apps/widget/test/fake-server.ts";
import { launchChromium, styleOf } from "./chromium.ts";
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
  const opened = await openWidget(browser, chat, ...args);
  open.push(opened);
  return opened;
}

describe("a conversation", () => {
  it("costs a visitor who does not open it neither a session nor a socket", async () => {
    const { launcher } = await widget();
    await launcher.waitFor();
    expect(chat.requests.filter((request) => request.startsWith("POST"))).toEqual([]);
  });

  it("opens, sends, shows the answer and the reading mark, in Spanish by itself", async () => {
    const { page, launcher, panel, write, texts } = await widget();
    await page.getByRole("button", { name: "Abrir el chat" }).click();
    await page.getByRole("dialog", { name: "Vera" }).waitFor();
    await write("¿Qué horario tenéis?");
    await expect.poll(texts).toEqual(["¿Qué horario tenéis?", "Has dicho: ¿Qué horario tenéis?"]);
    await panel.getByRole("img", { name: "Leído" }).waitFor();
    expect(await launcher.getAttribute("aria-expanded")).toBe("true");
    expect(await panel.getByText("Modelo de demostración").isVisible()).toBe(true);
  });

  it("shows an answer piece by piece, and starts it over after a reset", async () => {
    chat.answer = () => [];
    const { panel, write, texts } = await widget({ open: "" });
    await write("hola");
    await expect.poll(() => chat.received("message").length).toBe(1);
    const draft = panel.locator(".draft .bubble");
    chat.send({ type: "typing", on: true, who: "agent" });
    await panel.locator(".dots").waitFor();
    chat.send({ type: "chunk", turnId: "trn_1", index: 0, text: "Abrimos **de 9" });
    await expect.poll(() => draft.textContent()).toBe("Abrimos **de 9");
    chat.send({ type: "chunk", turnId: "trn_1", index: 1, text: " a 14**" });
    await expect.poll(() => draft.textContent()).toBe("Abrimos de 9 a 14");
    chat.send({ type: "chunk_reset", turnId: "trn_1" });
    await panel.locator(".dots").waitFor();
    chat.send({ type: "chunk", turnId: "trn_1", index: 0, text: "Cerrado" });
    await expect.poll(() => draft.textContent()).toBe("Cerrado");
    chat.say("Cerrado por fiestas");
    await expect.poll(texts).toEqual(["hola", "Cerrado por fiestas"]);
    expect(await draft.count()).toBe(0);
  });

  it("renders mark-up as elements and links that cannot reach back", async () => {
    chat.answer = () => ["Mira **esto**:\n\n- uno\n- [dos](https://taller.invalid/dos)\n\n`código`"];
    const { log, write } = await widget({ open: "" });
    await write("hola");
    const link = log.getByRole("link", { name: /dos/u });
    await link.waitFor();
    expect(await link.getAttribute("href")).toBe("https://taller.invalid/dos");
    expect(await link.getAttribute("rel")).toContain("noopener");
    expect(await log.locator(".agent strong").textContent()).toBe("esto");
    expect(await log.locator(".agent li").count()).toBe(2);
  });

  it("offers quick replies once, and sends the choice with its id", async () => {
    const { panel, write } = await widget({ open: "" });
    await write("hola");
    await panel.locator(".agent").waitFor();
    chat.say("¿Mañana o tarde?", {
      buttons: [
        { id: "am", title: "Mañana" },
        { id: "pm", title: "Tarde" },
      ],
    });
    await panel.getByRole("button", { name: "Tarde" }).click();
    await expect
      .poll(() => chat.received("message").at(-1))
      .toMatchObject({ text: "Tarde", action: { id: "pm", title: "Tarde" } });
    await panel.getByRole("group", { name: "Respuestas rápidas" }).waitFor({ state: "detached" });
  });

  it("says when a person has taken over, and who writes", async () => {
    const { panel, write } = await widget({ open: "", lang: "en" });
    await write("hello");
    await panel.locator(".agent").waitFor();
    chat.send({ type: "owner", owner: "human" });
    await panel.getByText("A person is with you now").waitFor();
    chat.say("Hi, this is Marta", { role: "human", author: "Marta" });
    await panel.getByText("Marta", { exact: true }).waitFor();
    chat.send({ type: "owner", owner: "ai" });
    await panel.getByText("Automatic assistant").waitFor();
  });

  it("tells the server what was delivered and what was read", async () => {
    const { write, launcher, panel, page } = await widget();
    await launcher.click();
    await write("hola");
    await panel.locator(".agent").waitFor();
    const answer = chat.visitor.messages.at(-1);
    await expect.poll(() => chat.received("seen").at(-1)).toMatchObject({ seq: answer?.seq, state: "read" });
    await page.keyboard.press("Escape");
    const late = chat.say("¿Sigues ahí?");
    await page.getByRole("button", { name: "Abrir el chat, 1 mensaje nuevo" }).waitFor();
    expect(chat.received("seen").at(-1)).toMatchObject({ seq: late.seq, state: "delivered" });
  });

  it("takes over edits and deletions", async () => {
    const { write, texts } = await widget({ open: "" });
    await write("hola");
    await expect.poll(texts).toHaveLength(2);
    const answer = chat.visitor.messages.at(-1);
    if (answer === undefined) throw new Error("no answer");
    chat.send({ type: "message", message: { ...answer, text: "", deleted: true } });
    await expect.poll(texts).toEqual(["hola", "Mensaje eliminado"]);
  });

  it("loads older messages when one scrolls up, without jumping", async () => {
    const { write, texts, page, panel } = await widget({ open: "" });
    await write("hola");
    await expect.poll(texts).toHaveLength(2);
    for (let n = 0; n < 100; n++) chat.say(`mensaje ${n}`);
    await expect.poll(texts).toHaveLength(102);
    await page.reload();
    await panel.waitFor();
    await expect.poll(async () => (await texts()).at(-1)).toBe("mensaje 99");
    expect((await texts()).length).toBe(50);
    await panel.locator(".scroller").evaluate((node) => node.scrollTo({ top: 0 }));
    await expect.poll(async () => (await texts())[0]).toBe("mensaje 20");
    await panel.getByText("mensaje 50", { exact: true }).waitFor();
    expect(await panel.getByText("mensaje 50", { exact: true }).isVisible()).toBe(true);
  });

  it("counts characters near the limit and does not send more", async () => {
    const { input, panel } = await widget({ open: "" });
    await input.fill("a".repeat(15_500));
    await panel.getByText("Quedan 500 caracteres").waitFor();
    await input.fill("a".repeat(16_010));
    await panel.getByText("Sobran 10 caracteres").waitFor();
    expect(await panel.getByRole("button", { name: "Enviar" }).isDisabled()).toBe(true);
    await input.press("Enter");
    expect(await input.inputValue()).toHaveLength(16_010);
  });

  it("shows refusals in words, and lets one try again or give up", async () => {
    chat.faults.mute = true;
    const { panel, write, texts } = await widget({ open: "" });
    await write("uno");
    await expect.poll(() => chat.received("message").length).toBe(1);
    chat.send({ type: "error", code: "PAYLOAD_TOO_LARGE", message: "x", id: chat.received("message")[0]?.id });
    await panel.getByText("El mensaje es demasiado largo.").waitFor();
    chat.faults.mute = false;
    await panel.getByRole("button", { name: "Reintentar" }).click();
    await expect.poll(texts).toEqual(["uno", "Has dicho: uno"]);
    expect(chat.received("message").map(({ id }) => id)).toEqual([
      chat.received("message")[0]?.id,
      chat.received("message")[0]?.id,
    ]);
  });

  it("can be driven by the page", async () => {
    const { page, panel, texts } = await widget();
    await page.waitForFunction("window.Charla !== undefined");
    await page.evaluate(
      "window.heard = []; Charla.on('message', (m) => heard.push(m.role)); Charla.on('open', () => heard.push('open')); Charla.open()",
    );
    await panel.waitFor();
    expect(await page.evaluate("Charla.send('desde la página')")).toBe(true);
    await expect.poll(texts).toHaveLength(2);
    expect(await page.evaluate("[Charla.send('   '), heard.join()]")).toEqual([false, "open,visitor,agent"]);
    await page.evaluate("Charla.close()");
    await panel.waitFor({ state: "hidden" });
  });
});

describe("where it stands", () => {
  it("keeps the site's styles out and its own in", async () => {
    const { panel } = await widget({ open: "" });
    const send = panel.locator(".send");
    expect(await styleOf(send, "backgroundColor")).not.toBe("rgb(255, 105, 180)");
    expect(await styleOf(send, "textTransform")).toBe("none");
    expect(await styleOf(send, "fontFamily")).not.toContain("Georgia");
  });

  it("fills its place when it is part of the page", async () => {
    const { panel, page, texts, write } = await widget({ mode: "inline" });
    await page.getByRole("region", { name: "Vera" }).waitFor();
    const box = await panel.boundingBox();
    expect(box).toMatchObject({ width: 400, height: 560 });
    await write("hola");
    await expect.poll(texts).toHaveLength(2);
  });

  it("fills a phone's screen, keeps Tab inside, and its text field does not zoom", async () => {
    const { panel, launcher, page, input } = await widget(
      {},
      { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    );
    await launcher.tap();
    expect(await panel.boundingBox()).toMatchObject({ x: 0, y: 0, width: 390, height: 844 });
    expect(await panel.getAttribute("aria-modal")).toBe("true");
    expect(Number.parseFloat(await styleOf(input, "fontSize"))).toBeGreaterThanOrEqual(16);
    for (let step = 0; step < 8; step++) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.localName")).toBe("charla-chat");
    }
  });
});
