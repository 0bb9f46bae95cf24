import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import type { FakeChat } from "../../apps/widget/test/fake-server.ts";
import { openWatched } from "./chromium.ts";

export type WidgetPage = {
  page: Page;
  crimes: string[];
  launcher: Locator;
  panel: Locator;
  input: Locator;
  log: Locator;
  bubbles: Locator;
  write: (text: string) => Promise<void>;
  texts: () => Promise<string[]>;
  close: () => Promise<void>;
};

/** Opens a site that embeds the widget, with the attributes its script tag shall have. */
export async function openWidget(
  browser: Browser,
  chat: FakeChat,
  attributes: Record<string, string> = {},
  options: BrowserContextOptions = {},
): Promise<WidgetPage> {
  const { page, context, crimes } = await openWatched(browser, chat.url, options);
  await page.goto(`${chat.url}/?${new URLSearchParams(attributes)}`);
  const panel = page.locator("charla-chat .panel");
  const input = panel.locator("textarea");
  const log = panel.locator(".log");
  const bubbles = log.locator(".bubble");
  return {
    page,
    crimes,
    launcher: page.locator("charla-chat .launcher"),
    panel,
    input,
    log,
    bubbles,
    write: async (text) => {
      await input.fill(text);
      await input.press("Enter");
    },
    texts: () => bubbles.allTextContents(),
    close: () => context.close(),
  };
}
