import { el } from "../../site/src/dom.ts";
import { chooseLanguage } from "../../site/src/language.ts";
import type { Act, LineKind } from "../shared/protocol.ts";
import { act, addPerson, follow, sendFile } from "./api.ts";
import { keyOf, type Place, Store } from "./store.ts";
import { textsOf } from "./texts.ts";
import { Desk } from "./view/desk.ts";
import { LineList } from "./view/line-list.ts";
import { People } from "./view/people.ts";
import { Phone } from "./view/phone.ts";
import { WireView } from "./view/wire-view.ts";

const lang = chooseLanguage();
const texts = textsOf(lang);
const store = new Store();
const notice = el("p", { class: "notice", role: "status" });
const gateway = el("a", { href: "#" }, texts.demo);

let quiet = 0;
function say(text: string): void {
  notice.textContent = text;
  clearTimeout(quiet);
  quiet = window.setTimeout(() => (notice.textContent = ""), 8_000);
}

const attempt = (doing: Promise<unknown>): void => {
  doing.catch((error: unknown) => say(texts.failed(error instanceof Error ? error.message : String(error))));
};

const perform = (place: Place, what: Act): void =>
  attempt(act(place, what).then(() => what.type === "redeliver" && say(texts.againDone)));

function go(line: LineKind, person?: string): void {
  store.go(line, person);
  draw();
}

const lines = new LineList(texts, (kind) => go(kind));
const people = new People(texts, {
  choose: (person) => store.place && go(store.place.line, person),
  add: (name) => {
    const line = store.place?.line;
    if (line !== undefined) attempt(addPerson(line, name).then(({ id }) => go(line, id)));
  },
});
const phone = new Phone(texts, { act: perform, file: (place, file) => attempt(sendFile(place, file)) });
const desk = new Desk(texts, (what) => store.place && perform(store.place, what));
const wire = new WireView(texts);

function draw(): void {
  const { place, line } = store;
  if (place === null || line === undefined) return;
  if (decodeURIComponent(location.hash.slice(1)) !== keyOf(place)) history.replaceState(null, "", `#${keyOf(place)}`);
  // Whoever has the chat in front of them has read it, and their phone says so.
  const isSeen = document.visibilityState === "visible" && store.look(place);
  if (isSeen && line.abilities.includes("reports")) attempt(act(place, { type: "seen" }));
  lines.render(store.lines, place.line, (one) => store.unread(one));
  people.render(line, place.person, ({ id }) => store.unreadOf({ line: line.kind, person: id }));
  phone.render(line, store.chat(place), place);
  desk.render(line);
  wire.render(store.wire, place.line);
  wire.element.hidden = place.line === "web";
  gateway.href = `${store.gateway}/`;
}

let frame = 0;
const schedule = (): void => {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    draw();
  });
};

function build(): void {
  document.documentElement.lang = lang;
  document.title = texts.title;
  const other = lang === "es" ? "en" : "es";
  document.body.replaceChildren(
    el(
      "header",
      { class: "top" },
      el(
        "div",
        { class: "brand" },
        el("img", { src: "/icon.svg", alt: "", width: "36", height: "36" }),
        el("div", {}, el("h1", {}, texts.heading), el("p", { class: "hint" }, texts.sub)),
      ),
      el(
        "nav",
        { class: "links", "aria-label": texts.links },
        gateway,
        el("a", { href: `?lang=${other}`, lang: other, hreflang: other }, texts.otherLanguage),
      ),
    ),
    el(
      "main",
      {},
      el("div", { class: "who" }, lines.element, people.element),
      phone.element,
      el("div", { class: "inside" }, desk.element, wire.element),
    ),
    notice,
  );
}

function wanted(): void {
  const [line, person] = decodeURIComponent(location.hash.slice(1)).split("/");
  const known = store.lines.find(({ kind }) => kind === line);
  if (known !== undefined) go(known.kind, person);
}

build();
let isFirst = true;
follow(
  (update) => {
    store.apply(update);
    if (isFirst && update.type === "state") wanted();
    isFirst = false;
    schedule();
  },
  (live) => say(live ? "" : texts.offline),
);
document.addEventListener("visibilitychange", schedule);
addEventListener("hashchange", wanted);
