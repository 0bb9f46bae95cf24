import type { Lang } from "./texts.ts";

export type Position = "right" | "left";
export type Theme = "auto" | "light" | "dark";

export type Options = {
  /** Where the chat's addresses begin, e.g. `https://host/chat/chn_…/`. */
  base: string;
  channel: string;
  title?: string;
  greeting?: string;
  color?: string;
  position: Position;
  inline: boolean;
  open: boolean;
  identity?: string;
  userId?: string;
  lang: Lang;
  theme: Theme;
};

const isSet = (value: string | undefined): boolean => value !== undefined && value !== "false";

export function langOf(wanted: string | undefined, preferred: string | undefined): Lang {
  return (wanted ?? preferred ?? "es").toLowerCase().startsWith("en") ? "en" : "es";
}

/** Reads the `data-…` attributes of the script tag. `null` when there is no channel to talk to. */
export function optionsOf(
  script: { src: string; dataset: DOMStringMap },
  preferred: string | undefined,
): Options | null {
  const data = script.dataset;
  const channel = data["channel"];
  if (channel === undefined || !/^[\w-]{1,64}$/u.test(channel)) return null;
  return {
    base: new URL(`${channel}/`, new URL(".", script.src)).href,
    channel,
    title: data["title"],
    greeting: data["greeting"],
    color: data["color"],
    position: data["position"] === "left" ? "left" : "right",
    inline: data["mode"] === "inline",
    open: isSet(data["open"]),
    identity: data["identity"],
    userId: data["userId"],
    lang: langOf(data["lang"], preferred),
    theme: data["theme"] === "light" || data["theme"] === "dark" ? data["theme"] : "auto",
  };
}
