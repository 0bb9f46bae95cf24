import type { AgentSettings, CannedTexts } from "@charla/domain/release";

type Language = AgentSettings["language"];

const DEFAULTS: Record<keyof CannedTexts, Record<Language, string>> = {
  apology: {
    es: "Lo siento, ahora mismo no puedo responderte bien. He avisado a una persona del equipo para que te conteste.",
    en: "I am sorry, I cannot answer you properly right now. I have told a person of the team, who will reply to you.",
  },
  budget: {
    es: "Ahora mismo no puedo seguir respondiendo de forma automática. Una persona del equipo verá tu mensaje.",
    en: "I cannot go on answering automatically right now. A person of the team will see your message.",
  },
  suspended: { es: "", en: "" },
  unsupported: {
    es: "No puedo leer este tipo de mensaje. ¿Puedes escribírmelo con palabras?",
    en: "I cannot read this kind of message. Could you write it in words?",
  },
  unreadable: {
    es: "He recibido tu archivo, pero no he podido abrirlo. ¿Puedes decirme con palabras lo que necesitas?",
    en: "I have received your file but could not open it. Could you tell me in words what you need?",
  },
};

/** The tenant's own words where it wrote some (an empty text is a choice: silence), else the built-in ones. */
export function cannedText(name: keyof CannedTexts, settings: Pick<AgentSettings, "language" | "texts">): string {
  return settings.texts[name] ?? DEFAULTS[name][settings.language];
}

const OPTED_OUT: Record<Language | "both", string> = {
  es: "No te escribiremos más. Si cambias de idea, escribe ALTA.",
  en: "We will not write to you again. If you change your mind, reply START.",
  both: "No te escribiremos más (ALTA para volver). We will not write again (START to resume).",
};

/** The one message after which there is none: in the language of the word, else of the person, else in both. */
export function optedOutText(asked: Language | "both", contact: { locale?: string | undefined }): string {
  const spoken = contact.locale?.slice(0, 2).toLowerCase();
  return OPTED_OUT[asked === "both" && (spoken === "es" || spoken === "en") ? spoken : asked];
}

const WITHHELD: Record<Language, string> = {
  es: "No puedo compartir cómo estoy configurado, pero dime en qué puedo ayudarte.",
  en: "I cannot share how I am set up, but tell me what I can help you with.",
};

/** In place of an answer that recited the agent's instructions; in the language of the person where their channel tells it. */
export function withheldText(
  contact: { locale?: string | undefined },
  settings: Pick<AgentSettings, "language">,
): string {
  const spoken = contact.locale?.slice(0, 2).toLowerCase();
  return WITHHELD[spoken === "es" || spoken === "en" ? spoken : settings.language];
}
