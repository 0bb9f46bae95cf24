import type { Language } from "../language.ts";

type Words = {
  title: string;
  once: string;
  enter: string;
  goneTitle: string;
  gone: string;
  askAgain: string;
  startAgain: string;
  alreadyIn: string;
  goOn: string;
};

export const signInWords: Record<Language, Words> = {
  es: {
    title: "Entrar en Charla",
    once: "Este enlace sirve una sola vez, y todavía no se ha usado. Pulsa el botón para entrar con este navegador.",
    enter: "Entrar",
    goneTitle: "Este enlace ya no sirve",
    gone: "Un enlace para entrar vale una sola vez y caduca a los 15 minutos. Este se ha usado, ha caducado o está incompleto.",
    askAgain: "Pide uno nuevo a quien te lo dio.",
    startAgain:
      "Si Charla funciona en tu propia máquina, ciérrala y vuelve a arrancarla: cada arranque escribe uno nuevo.",
    alreadyIn: "¿Ya habías entrado con él?",
    goOn: "Sigue desde aquí",
  },
  en: {
    title: "Sign in to Charla",
    once: "This link works once and has not been used yet. Press the button to sign in with this browser.",
    enter: "Sign in",
    goneTitle: "This link no longer works",
    gone: "A link to sign in works once and expires after 15 minutes. This one was used, has expired or is incomplete.",
    askAgain: "Ask whoever gave it to you for a new one.",
    startAgain: "If Charla runs on your own machine, end it and start it again: each start prints a new one.",
    alreadyIn: "Did you sign in with it before?",
    goOn: "Go on from here",
  },
};
