import type { Lang } from "./texts.ts";

type Events = { ready: { conversationId: string }; message: unknown };

/** The part of the widget's page interface that this page uses. */
export type Charla = {
  send: (text: string) => boolean;
  on: <K extends keyof Events>(name: K, listener: (detail: Events[K]) => void) => unknown;
};

declare global {
  interface Window {
    Charla?: Charla;
  }
}

/** Puts the very widget that sites embed into the page, the way sites do it. */
export function embedChat(place: HTMLElement, channelId: string, lang: Lang): Promise<Charla> {
  const script = document.createElement("script");
  script.src = "/chat/widget.js";
  Object.assign(script.dataset, { channel: channelId, mode: "inline", lang });
  return new Promise((resolve, reject) => {
    addEventListener(
      "charla:ready",
      () => (window.Charla === undefined ? reject(new Error("no widget")) : resolve(window.Charla)),
      { once: true },
    );
    script.addEventListener("error", () => reject(new Error("the widget did not load")));
    place.replaceChildren(script);
  });
}
