import { el } from "../dom.ts";
import type { Lang, Texts } from "../texts.ts";

export type Page = { chat: HTMLElement; inside: HTMLElement; status: HTMLElement; nav: HTMLElement };

/** The frame: on one side what the customer sees, on the other what happens for it. */
export function buildPage(texts: Texts, lang: Lang): Page {
  document.documentElement.lang = lang;
  document.title = texts.title;
  const other = lang === "es" ? "en" : "es";
  const nav = el(
    "nav",
    { "aria-label": texts.nav.label },
    el("a", { href: "/docs" }, texts.nav.docs),
    el("a", { href: "/metrics" }, texts.nav.metrics),
    el("a", { href: `?lang=${other}`, lang: other, hreflang: other }, texts.nav.language),
  );
  const logo = el("img", { src: "/site/icon.svg", alt: "", width: "40", height: "40" });
  const chat = el("div", { class: "chat" });
  const status = el("p", { class: "live", role: "status" });
  const inside = el("div", { class: "inside" });
  document.body.replaceChildren(
    el("header", { class: "top" }, el("div", { class: "brand" }, logo, el("span", {}, "Charla")), nav),
    el("div", { class: "lead" }, el("h1", {}, texts.claim), el("p", {}, texts.sub)),
    el(
      "main",
      {},
      el(
        "section",
        { class: "side customer", "aria-labelledby": "customer" },
        el("h2", { id: "customer", class: "side-title" }, texts.customer),
        chat,
      ),
      el(
        "section",
        { class: "side engine", "aria-labelledby": "engine" },
        el("div", { class: "side-line" }, el("h2", { id: "engine", class: "side-title" }, texts.inside), status),
        inside,
      ),
    ),
  );
  return { chat, inside, status, nav };
}
