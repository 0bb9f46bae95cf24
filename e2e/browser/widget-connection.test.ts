import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FakeChat } from "../../apps/widget/test/fake-server.ts";
import { launchChromium } from "./chromium.ts";
import { openWidget, type WidgetPage } from "./widget-page.ts";

const RECONNECT = { timeout: 40_000 };

let browser: Browser;
let chat: FakeChat;
let widget: WidgetPage;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  chat = await FakeChat.start();
  widget = await openWidget(browser, chat, { open: "" });
  await widget.panel.locator(".who.online").waitFor();
});
afterEach(async () => {
  const { crimes } = widget;
  await widget.close();
  await chat.stop();
  expect(crimes).toEqual([]);
});

describe("a connection that fails", () => {
  it("loses and doubles nothing over twenty drops in the middle of a talk", async () => {
    chat.answer = (text) => [`eco ${text}`];
    const expected: string[] = [];
    for (let n = 0; n < 20; n++) {
      chat.faults.dropBeforeAccept = n % 3 === 0;
      chat.faults.duplicate = n % 2 === 0;
      await widget.write(`m${n}`);
      await expect.poll(() => chat.visitor.messages.some(({ text }) => text === `m${n}`), RECONNECT).toBe(true);
      // A message stored on the brink of a drop is answered while the visitor is away.
      if (chat.faults.dropBeforeAccept) chat.say(`eco m${n}`);
      expected.push(`m${n}`, `eco m${n}`);
      if (n % 4 === 1) chat.dropSockets();
      await widget.page.evaluate("dispatchEvent(new Event('online'))");
    }
    chat.faults.dropBeforeAccept = false;
    await expect.poll(widget.texts, RECONNECT).toEqual(expected);
    await expect.poll(() => widget.log.locator(".mark.sending").count(), RECONNECT).toBe(0);
    expect(chat.visitors.size).toBe(1);
    expect(chat.visitor.messages.filter(({ role }) => role === "visitor")).toHaveLength(20);
  });

  it("shows nothing of a conversation that was erased, and all of the one after it", async () => {
    await widget.write("uno");
    await expect.poll(widget.texts, RECONNECT).toEqual(["uno", "Has dicho: uno"]);
    chat.forget();
    chat.say("Hola, ¿en qué le ayudo?");
    await expect.poll(widget.texts, RECONNECT).toEqual(["Hola, ¿en qué le ayudo?"]);
    await widget.write("dos");
    await expect.poll(widget.texts, RECONNECT).toEqual(["Hola, ¿en qué le ayudo?", "dos", "Has dicho: dos"]);
  });

  it("says so, and comes back by itself", async () => {
    chat.faults.refuseSockets = true;
    chat.dropSockets();
    await widget.panel.getByText("Conexión perdida").waitFor();
    await widget.write("escrito sin conexión");
    await widget.panel.getByRole("img", { name: "Enviando…" }).waitFor();
    chat.faults.refuseSockets = false;
    await expect.poll(widget.texts, RECONNECT).toEqual(["escrito sin conexión", "Has dicho: escrito sin conexión"]);
    await widget.panel.locator(".banner").waitFor({ state: "hidden" });
  });

  it("knows the browser's own word for being offline", async () => {
    await widget.page.context().setOffline(true);
    await widget.panel.getByText("Sin conexión").waitFor();
    await widget.write("desde el túnel");
    await widget.page.context().setOffline(false);
    await expect.poll(widget.texts, RECONNECT).toEqual(["desde el túnel", "Has dicho: desde el túnel"]);
  });

  it("keeps what was not sent over a reload, and sends it once", async () => {
    chat.faults.mute = true;
    await widget.write("antes de recargar");
    await expect.poll(() => chat.received("message").length).toBe(1);
    await widget.page.reload();
    await expect.poll(widget.texts).toEqual(["antes de recargar"]);
    chat.faults.mute = false;
    chat.dropSockets();
    await expect.poll(widget.texts, RECONNECT).toEqual(["antes de recargar", "Has dicho: antes de recargar"]);
    expect(new Set(chat.received("message").map(({ id }) => id)).size).toBe(1);
    expect(await widget.page.evaluate("JSON.parse(Object.values(localStorage)[0]).unsent")).toEqual([]);
  });

  it("shows the conversation again after a reload, without a new visitor", async () => {
    await widget.write("hola");
    await expect.poll(widget.texts).toHaveLength(2);
    await widget.page.reload();
    await expect.poll(widget.texts).toEqual(["hola", "Has dicho: hola"]);
    expect(chat.visitors.size).toBe(1);
  });

  it("begins anew, and keeps what was written, when the server no longer knows the visitor", async () => {
    await widget.write("hola");
    await expect.poll(widget.texts).toHaveLength(2);
    chat.expireTokens();
    chat.faults.refuseSockets = true;
    chat.dropSockets();
    await widget.panel.getByText("Conexión perdida").waitFor();
    await widget.write("¿sigues ahí?");
    chat.faults.refuseSockets = false;
    await expect.poll(widget.texts, RECONNECT).toEqual(["¿sigues ahí?", "Has dicho: ¿sigues ahí?"]);
    expect(chat.visitors.size).toBe(2);
  });

  it.each([
    [403, "Este chat no está permitido en esta página."],
    [404, "Este chat no existe o está desactivado."],
  ])("stops trying when the answer is %i, and says why", async (status, words) => {
    chat.faults.sessionStatus = status;
    chat.faults.refuseSockets = true;
    chat.dropSockets();
    await widget.panel.getByText(words).waitFor(RECONNECT);
    expect(await widget.input.isDisabled()).toBe(true);
  });

  it("stops at once when the server closes with that word", async () => {
    chat.dropSockets(4403);
    await widget.panel.getByText("Este chat no está permitido en esta página.").waitFor();
  });

  it("keeps trying when the server has too much to do", async () => {
    chat.faults.sessionStatus = 503;
    chat.faults.refuseSockets = true;
    chat.dropSockets();
    const sessions = (): number => chat.requests.filter((request) => request.endsWith("/session")).length;
    const before = sessions();
    await expect.poll(sessions, RECONNECT).toBeGreaterThan(before);
    chat.faults.sessionStatus = null;
    chat.faults.refuseSockets = false;
    await widget.panel.locator(".who.online").waitFor(RECONNECT);
  });

  it("shows no half-finished answer twice", async () => {
    chat.answer = () => [];
    await widget.write("hola");
    await expect.poll(() => chat.received("message").length).toBe(1);
    chat.send({ type: "chunk", turnId: "trn_1", index: 0, text: "Una respuesta a med" });
    await widget.panel.getByText("Una respuesta a med").waitFor();
    chat.faults.refuseSockets = true;
    chat.dropSockets();
    await widget.panel.getByText("Una respuesta a med").waitFor({ state: "detached" });
    chat.say("Una respuesta a medias no es respuesta.");
    chat.faults.refuseSockets = false;
    await expect.poll(widget.texts, RECONNECT).toEqual(["hola", "Una respuesta a medias no es respuesta."]);
  });
});
