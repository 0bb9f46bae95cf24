import type { ChatFile } from "@charla/domain/webchat";
import type { FileLink } from "../file-links.ts";
import type { Lang, Texts } from "../texts.ts";
import { el, icon, ICONS, setText } from "./dom.ts";
import { drawPicture } from "./picture.ts";

type Words = { texts: Texts; lang: Lang };

/** More than this is for those who ask for it. */
const MAX_DRAWN_BYTES = 8_000_000;
const DRAWABLE = /^image\/(?:png|jpeg|gif|webp)$/u;

/** A file of a message: a picture where it is one and can be drawn, and else its name, to be opened or downloaded. */
export function fileView(file: ChatFile, ask: () => Promise<FileLink>, words: Words): HTMLElement {
  const { texts } = words;
  const note = el("span", { class: "note" }, detailsOf(file, words));
  const name = el("span", { class: "name", dir: "auto" }, file.name ?? texts.fileTypes[file.type]);
  const card = el("span", { class: "card" }, icon(ICONS.file), el("span", { class: "about" }, name, note));
  const newTab = el("span", { class: "sr" }, ` (${texts.newTab})`);
  // It becomes a true link when it is seen; until then it can be reached and pressed all the same.
  const link = el("a", { class: "file", role: "link", tabindex: "0" }, card, newTab);
  link.target = "_blank";
  link.rel = "noopener noreferrer";

  let until = 0;
  const refresh = async (): Promise<string | null> => {
    const answer = await ask();
    if (answer === "gone") {
      setText(note, texts.fileGone);
      link.setAttribute("aria-disabled", "true");
    }
    if (answer === null || answer === "gone") {
      link.removeAttribute("href");
      return null;
    }
    until = answer.until;
    return (link.href = answer.url);
  };
  const open = async (): Promise<void> => {
    if ((await refresh()) !== null) link.click();
    else if (!link.hasAttribute("aria-disabled")) setText(note, texts.fileFailed);
  };
  link.addEventListener("click", (event) => {
    if (Date.now() < until) return;
    event.preventDefault();
    void open();
  });
  link.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !link.hasAttribute("href")) void open();
  });
  whenSeen(link, async () => {
    const url = await refresh();
    if (url === null || !DRAWABLE.test(file.mime) || (file.size ?? 0) > MAX_DRAWN_BYTES) return;
    const picture = await drawPicture(url, texts.picture(file.name));
    if (picture !== null) card.replaceWith(picture);
  });
  return link;
}

function whenSeen(node: HTMLElement, run: () => Promise<void>): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    void run();
  });
  observer.observe(node);
}

const UNITS = ["byte", "kilobyte", "megabyte"] as const;

function sizeOf(bytes: number, lang: Lang): string {
  const step = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  return new Intl.NumberFormat(lang, {
    style: "unit",
    unit: UNITS[step],
    unitDisplay: "short",
    maximumFractionDigits: step === 2 ? 1 : 0,
  }).format(bytes / 1000 ** step);
}

function detailsOf({ type, name, size }: ChatFile, { texts, lang }: Words): string {
  const ending = /\.([A-Za-z0-9]{1,8})$/u.exec(name ?? "")?.[1]?.toUpperCase();
  const kind = ending ?? (name === undefined ? "" : texts.fileTypes[type]);
  return [kind, size === undefined ? "" : sizeOf(size, lang)].filter((part) => part !== "").join(" · ");
}
