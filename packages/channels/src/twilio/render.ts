import type { Answer, Capabilities } from "../contract.ts";
import { toSms, toWhatsApp } from "../markdown/dialects.ts";
import { renderMarkdown } from "../markdown/render.ts";

const MAX_CAPTION = 1000;
const MAX_TITLE = 24;
/** Room for the list that the buttons become where the person's client shows none. */
const MAX_LIST = 400;

/** Whether a bubble goes to a telephone or to WhatsApp is not known yet, so it has to fit both. */
const widest = (markdown: string): string => {
  const [sms, whatsApp] = [toSms(markdown), toWhatsApp(markdown)];
  return sms.length > whatsApp.length ? sms : whatsApp;
};

export function renderTwilio(answer: Answer, capabilities: Capabilities): Answer[] {
  const { buttons = [], media = [] } = answer;
  const { maxText, maxButtons, maxBubbles } = capabilities;
  const room = buttons.length === 0 ? maxText : maxText - MAX_LIST;
  const limits = {
    maxText: room,
    maxButtons,
    maxButtonTitle: MAX_TITLE,
    maxBubbles: Math.max(maxBubbles - media.length, 1),
  };
  const texts = renderMarkdown({ text: answer.text, ...(buttons.length > 0 && { buttons }) }, limits, widest);
  const [only] = texts;
  const [first, ...others] = media;
  const captioned = texts.length === 1 && only !== undefined && only.buttons === undefined;
  if (captioned && first !== undefined && first.type !== "voice" && widest(only.text).length <= MAX_CAPTION)
    return [{ ...only, media: [first] }, ...others.map((one) => ({ text: "", media: [one] }))];
  return [...texts, ...media.map((one) => ({ text: "", media: [one] }))];
}
