import type { FileView } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";
import type { Texts } from "../texts.ts";

const sizeOf = (bytes: number, lang: string): string =>
  bytes < 1024 * 1024
    ? `${new Intl.NumberFormat(lang).format(Math.max(1, Math.round(bytes / 1024)))} KB`
    : `${new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(bytes / 1024 / 1024)} MB`;

export function fileOf({ url, name, mime, size, kind }: FileView, texts: Texts): HTMLElement {
  const label = `${texts.file[kind]}: ${name}`;
  if (kind === "image") return el("img", { src: url, alt: label, class: "picture", loading: "lazy" });
  if (kind === "voice") return el("audio", { src: url, controls: true, preload: "metadata", "aria-label": label });
  if (kind === "video") return el("video", { src: url, controls: true, preload: "metadata", "aria-label": label });
  const about = `${mime.split("/").at(-1)?.toUpperCase() ?? ""} · ${sizeOf(size, document.documentElement.lang)}`;
  return el(
    "a",
    { href: url, download: name, class: "file" },
    el("span", { class: "file-mark", "aria-hidden": "true" }, "PDF"),
    el("span", { class: "file-words" }, el("strong", {}, name), el("small", {}, about)),
  );
}
