import type { Language } from "../language.ts";
import { signInWords } from "./words.ts";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

// A form of a page that tells nobody where it is would come from nowhere, and be refused as a foreign one.
const page = (language: Language, title: string, content: string): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="strict-origin">
<title>${title}</title>
<link rel="stylesheet" href="/auth/style.css">
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>`;

/** Looking at it uses nothing up: a mail scanner and a preview look, and only a person presses the button. */
export function signInPage(language: Language, link: { token: string; returnTo: string | undefined }): string {
  const { title, once, enter } = signInWords[language];
  const returnTo =
    link.returnTo === undefined ? "" : `\n<input type="hidden" name="returnTo" value="${escape(link.returnTo)}">`;
  return page(
    language,
    title,
    `<p>${once}</p>
<form method="post" action="/auth/link">
<input type="hidden" name="token" value="${escape(link.token)}">${returnTo}
<button>${enter}</button>
</form>`,
  );
}

export function goneLinkPage(language: Language): string {
  const { goneTitle, gone, askAgain, startAgain, alreadyIn, goOn } = signInWords[language];
  return page(
    language,
    goneTitle,
    `<p>${gone}</p>
<p>${askAgain} ${startAgain}</p>
<p>${alreadyIn} <a href="/">${goOn}</a></p>`,
  );
}
