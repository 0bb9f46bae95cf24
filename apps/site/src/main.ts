import { isSignedIn, readDemo } from "./api.ts";
import { el } from "./dom.ts";
import { watchInside } from "./inside.ts";
import { chooseLanguage } from "./language.ts";
import { textsOf } from "./texts.ts";
import { nothingYet, sentence, signedOut, waitingFor } from "./view/empty.ts";
import { buildPage } from "./view/page.ts";
import { type Charla, embedChat } from "./widget.ts";

const lang = chooseLanguage();
const texts = textsOf(lang);
const page = buildPage(texts, lang);

/** A conversation exists from its first message on; before that there is nothing to watch. */
function firstMessage(charla: Charla): Promise<string> {
  return new Promise((resolve) => {
    let conversationId = "";
    charla.on("ready", (detail) => {
      conversationId = detail.conversationId;
    });
    charla.on("message", () => resolve(conversationId));
  });
}

async function start(): Promise<void> {
  page.inside.replaceChildren(waitingFor(texts.connecting));
  const demo = await readDemo();
  if (!demo.ok) {
    const title = demo.status === 404 ? texts.noDemo : texts.failed;
    page.chat.replaceChildren(sentence(title, demo.status === 404 ? texts.noDemoHint : demo.detail, texts));
    page.inside.replaceChildren(waitingFor(texts.waitingFirst));
    return;
  }
  if (demo.value.outboundUrl !== undefined)
    page.nav.prepend(el("a", { href: demo.value.outboundUrl }, texts.nav.outbound));
  const charla = await embedChat(page.chat, demo.value.channelId, lang);
  const started = firstMessage(charla);
  if (!(await isSignedIn())) {
    page.inside.replaceChildren(signedOut(texts));
    return;
  }
  page.inside.replaceChildren(nothingYet(texts, (idea) => void charla.send(idea)));
  watchInside(await started, { page, texts, lang });
}

start().catch(() => page.chat.replaceChildren(sentence(texts.failed, "", texts)));
