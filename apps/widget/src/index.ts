import { type CharlaApi, createApi } from "./api.ts";
import { ChatClient } from "./client.ts";
import { optionsOf } from "./options.ts";
import { browserStorage, ChatStorage, ownerOf } from "./storage.ts";
import { WidgetView } from "./view/widget-view.ts";

declare global {
  interface Window {
    Charla?: CharlaApi;
  }
}

const ownScript = (): HTMLScriptElement | null =>
  document.currentScript instanceof HTMLScriptElement
    ? document.currentScript
    : document.querySelector<HTMLScriptElement>('script[data-channel][src*="/chat/widget.js"]');

function start(script: HTMLScriptElement): void {
  const options = optionsOf(script, navigator.language);
  if (options === null) {
    reportError(new Error("Charla: the script tag needs data-channel"));
    return;
  }
  const client = new ChatClient(
    options,
    new ChatStorage(options.channel, options.userId ?? ownerOf(options.identity), browserStorage()),
  );
  const view = new WidgetView(client, options);
  if (options.inline) script.after(view.host);
  else document.body.append(view.host);
  // The first tag on a page speaks for the page; further ones are reached through their own elements.
  window.Charla ??= createApi(client, view);
  if (options.open) view.open();
  else client.resume();
  window.dispatchEvent(new CustomEvent("charla:ready"));
}

const script = ownScript();
if (script !== null) {
  if (document.body === null) addEventListener("DOMContentLoaded", () => start(script));
  else start(script);
}
