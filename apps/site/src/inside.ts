import { Format } from "./format.ts";
import { LiveLog } from "./live-log.ts";
import { type LiveState, watchLive } from "./live-socket.ts";
import type { Lang, Texts } from "./texts.ts";
import { Desk } from "./view/desk.ts";
import { sentence, signedOut, waitingFor } from "./view/empty.ts";
import type { Page } from "./view/page.ts";
import { TimelineView } from "./view/timeline-view.ts";

type Parts = { page: Page; texts: Texts; lang: Lang };

/** The operator's side of one conversation, from the first connection on. */
export function watchInside(conversationId: string, { page, texts, lang }: Parts): void {
  const log = new LiveLog();
  const timeline = new TimelineView({ texts, format: new Format(lang) });
  const desk = new Desk(conversationId, texts);
  const draw = (): void => {
    desk.render(log);
    timeline.render(log.rows.values(), log.draft);
  };

  let frame = 0;
  const schedule = (): void => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  };

  const words: Record<LiveState, string> = {
    connecting: texts.connecting,
    live: texts.live,
    reconnecting: texts.reconnecting,
    "signed-out": "",
    foreign: "",
  };
  const onState = (state: LiveState): void => {
    page.status.textContent = words[state];
    page.status.className = `live ${state}`;
    if (state === "signed-out") page.inside.replaceChildren(signedOut(texts));
    else if (state === "foreign") page.inside.replaceChildren(sentence(texts.foreign, texts.signInAgain, texts));
    else if (state === "live" && !timeline.element.isConnected)
      page.inside.replaceChildren(desk.element, timeline.element);
    else if (state === "connecting") page.inside.replaceChildren(waitingFor(texts.connecting));
  };
  draw();
  watchLive(conversationId, (received) => log.take(received) && schedule(), onState);
}
