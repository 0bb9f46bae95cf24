import type { ChatClient } from "../client.ts";
import { accentOf } from "../color.ts";
import type { Options } from "../options.ts";
import { type ChatState, unreadCount } from "../state.ts";
import { textsOf } from "../texts.ts";
import { Banner } from "./banner.ts";
import { Composer } from "./composer.ts";
import { el, icon, ICONS, setText } from "./dom.ts";
import { keepFocusInside } from "./focus.ts";
import { Header } from "./header.ts";
import { LogView } from "./log-view.ts";
import { STYLES } from "./styles.ts";
import { followViewport } from "./viewport.ts";

const MAX_BADGE = 9;

/** The launcher and the panel in a shadow root of their own: the page's styles and scripts' selectors stay outside. */
export class WidgetView {
  readonly host: HTMLElement;
  isOpen = false;
  readonly #client: ChatClient;
  readonly #options: Options;
  readonly #texts;
  readonly #panel: HTMLElement;
  readonly #launcher: HTMLButtonElement;
  readonly #badge = el("span", { class: "badge", "aria-hidden": "true", hidden: true });
  readonly #intro = el("p", { class: "hello" });
  readonly #header: Header;
  readonly #banner: Banner;
  readonly #log: LogView;
  readonly #composer: Composer;
  #phone = false;
  #painted: string | null = null;
  #frame = 0;
  #newsFromOthers = false;

  constructor(client: ChatClient, options: Options) {
    this.#client = client;
    this.#options = options;
    const texts = (this.#texts = textsOf(options.lang));
    this.#header = new Header(texts, () => this.close());
    this.#banner = new Banner(texts, () => client.reconnect());
    const intro = el("div", { class: "intro" }, this.#intro, el("p", {}, texts.helloHint));
    this.#log = new LogView(texts, options.lang, intro, {
      onButton: (action) => {
        client.send(action.title, action);
        // The button goes away with its question; without this the keyboard would be nowhere.
        this.#composer.focus();
      },
      onRetry: (id) => client.retry(id),
      onDiscard: (id) => client.discard(id),
      onOlder: () => client.older(),
      files: client.files,
    });
    this.#composer = new Composer(
      texts,
      (text) => this.#send(text),
      () => client.typed(),
    );
    this.#panel = el(
      "section",
      {
        class: "panel",
        id: "panel",
        "aria-labelledby": "title",
        role: options.inline ? "region" : "dialog",
        hidden: !options.inline,
      },
      this.#header.element,
      this.#banner.element,
      this.#log.element,
      this.#composer.element,
    );
    this.#launcher = el(
      "button",
      {
        type: "button",
        class: "launcher",
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        "aria-controls": "panel",
        click: () => this.toggle(),
      },
      icon(ICONS.chat),
      this.#badge,
    );
    this.host = this.#mount();
    this.#listenToKeys();
    followViewport(this.#panel, (phone) => {
      this.#phone = phone && !options.inline;
      this.#panel.toggleAttribute("aria-modal", false);
      if (this.#phone) this.#panel.setAttribute("aria-modal", "true");
    });
    client.listen((state, before) => {
      this.#newsFromOthers ||= unreadCount(state) > unreadCount(before);
      this.#schedule();
    });
    this.#render();
    if (options.inline) {
      this.isOpen = true;
      client.setVisible(true);
    }
  }

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.#panel.hidden = false;
    this.#launcher.setAttribute("aria-expanded", "true");
    this.#client.setVisible(true);
    this.#render();
    this.#log.toEnd();
    this.#composer.focus();
    this.host.dispatchEvent(new CustomEvent("charla-open"));
  }

  close(): void {
    if (!this.isOpen || this.#options.inline) return;
    this.isOpen = false;
    this.#panel.hidden = true;
    this.#launcher.setAttribute("aria-expanded", "false");
    this.#client.setVisible(false);
    this.#launcher.focus({ preventScroll: true });
    this.host.dispatchEvent(new CustomEvent("charla-close"));
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  #send(text: string): boolean {
    const sent = this.#client.send(text);
    if (sent) this.#log.toEnd();
    return sent;
  }

  #mount(): HTMLElement {
    const { inline, position, theme, lang } = this.#options;
    const host = document.createElement("charla-chat");
    host.lang = lang;
    Object.assign(host.dataset, { mode: inline ? "inline" : "launcher", position, theme });
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    if (inline) root.append(this.#panel);
    else root.append(this.#launcher, this.#panel);
    return host;
  }

  #paint(color: string | undefined): void {
    if (this.#painted === (color ?? "")) return;
    this.#painted = color ?? "";
    const { fill, onFill, textOnLight, textOnDark } = accentOf(color);
    const names = { "--fill": fill, "--on-fill": onFill, "--accent-light": textOnLight, "--accent-dark": textOnDark };
    for (const [name, value] of Object.entries(names)) this.host.style.setProperty(name, value);
  }

  #listenToKeys(): void {
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.close();
      else if (this.#phone) keepFocusInside(this.#panel, event);
    });
  }

  /** Chunks come faster than the screen is drawn; once a frame is enough. A hidden page draws none, so it waits for a timer. */
  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = 1;
    const draw = (): void => {
      this.#frame = 0;
      this.#render();
    };
    if (document.visibilityState === "visible") requestAnimationFrame(draw);
    else setTimeout(draw, 250);
  }

  #render(): void {
    const state: ChatState = this.#client.state;
    const look = this.#client.look;
    this.#paint(this.#options.color ?? look.color);
    this.#header.render(state, this.#options.title ?? look.title);
    this.#banner.render(state);
    setText(this.#intro, this.#options.greeting ?? look.greeting ?? this.#texts.hello(state.agentName));
    this.#composer.setEnabled(state.link.phase !== "stopped");
    const unread = this.isOpen ? 0 : unreadCount(state);
    this.#badge.hidden = unread === 0;
    setText(this.#badge, unread > MAX_BADGE ? `${MAX_BADGE}+` : String(unread));
    this.#launcher.setAttribute(
      "aria-label",
      this.isOpen ? this.#texts.close : unread === 0 ? this.#texts.open : this.#texts.openUnread(unread),
    );
    if (this.isOpen) this.#log.render(state, this.#newsFromOthers);
    this.#newsFromOthers = false;
  }
}
