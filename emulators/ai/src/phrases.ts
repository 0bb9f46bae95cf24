import type { Language } from "./language.ts";

interface Phrases {
  greeting: (name: string | undefined, agent: string | undefined) => string;
  wellbeing: string;
  thanks: string;
  goodbye: string;
  confirmation: string;
  identity: (agent: string | undefined) => string;
  human: string;
  yourName: (name: string) => string;
  nameUnknown: string;
  niceToMeet: (name: string) => string;
  noted: (label: string, value: string) => string;
  yours: (label: string, value: string) => string;
  youSaid: (quote: string) => string;
  unknown: string;
  partlyUnknown: (question: string) => string;
  understood: (quote: string) => string;
  result: (value: string) => string;
  found: (what: string) => string;
  nothingFound: string;
  toolFailed: (detail: string) => string;
  need: (fields: string) => string;
  picture: (what: string) => string;
  aPicture: string;
  file: (name: string | undefined, words: string) => string;
  empty: string;
}

const es: Phrases = {
  greeting: (name, agent) => `¡Hola${name ? `, ${name}` : ""}!${agent ? ` Soy ${agent}.` : ""} ¿En qué puedo ayudarte?`,
  wellbeing: "Muy bien, gracias. ¿En qué puedo ayudarte?",
  thanks: "¡De nada! Si necesitas algo más, aquí estoy.",
  goodbye: "¡Hasta luego! Que vaya muy bien.",
  confirmation: "Perfecto. ¿Algo más en lo que pueda ayudarte?",
  identity: (agent) =>
    `${agent ? `Soy ${agent}, un asistente virtual` : "Soy un asistente virtual"} (modelo de demostración).`,
  human: "Entendido: quieres hablar con una persona. Aviso al equipo para que alguien siga esta conversación contigo.",
  yourName: (name) => `Te llamas ${name}.`,
  nameUnknown: "Todavía no me has dicho tu nombre.",
  niceToMeet: (name) => `Encantado, ${name}. ¿En qué puedo ayudarte?`,
  noted: (label, value) => `Anotado: tu ${label} es ${value}.`,
  yours: (label, value) => `Me dijiste que tu ${label} es ${value}.`,
  youSaid: (quote) => `Me dijiste: «${quote}»`,
  unknown: "No tengo esa información. Si quieres, puedo avisar a una persona del equipo.",
  partlyUnknown: (question) => `Sobre «${question}» no tengo información.`,
  understood: (quote) => `Entendido: «${quote}». ¿Qué necesitas saber o hacer con eso?`,
  result: (value) => `El resultado es ${value}.`,
  found: (what) => `Esto es lo que he encontrado: ${what}`,
  nothingFound: "He buscado, pero no he encontrado nada sobre eso.",
  toolFailed: (detail) =>
    `No he podido completarlo${detail ? `: ${detail}` : ""}. Si quieres, aviso a una persona del equipo.`,
  need: (fields) => `Para eso me falta un dato: ${fields}. ¿Me lo puedes decir?`,
  picture: (what) => `He recibido ${what}. Soy un modelo de demostración y no puedo reconocer lo que muestra.`,
  aPicture: "la imagen",
  file: (name, words) => `He leído ${name ? `«${name}»` : "el documento"}: «${words}»`,
  empty: "No he recibido ningún texto. ¿En qué puedo ayudarte?",
};

const en: Phrases = {
  greeting: (name, agent) => `Hello${name ? `, ${name}` : ""}!${agent ? ` I am ${agent}.` : ""} How can I help you?`,
  wellbeing: "Very well, thank you. How can I help you?",
  thanks: "You're welcome! I am here if you need anything else.",
  goodbye: "Goodbye! Have a great day.",
  confirmation: "Great. Is there anything else I can help with?",
  identity: (agent) => `${agent ? `I am ${agent}, a virtual assistant` : "I am a virtual assistant"} (demo model).`,
  human:
    "Understood: you would like to talk to a person. I am letting the team know so that someone continues this conversation with you.",
  yourName: (name) => `Your name is ${name}.`,
  nameUnknown: "You have not told me your name yet.",
  niceToMeet: (name) => `Nice to meet you, ${name}. How can I help you?`,
  noted: (label, value) => `Noted: your ${label} is ${value}.`,
  yours: (label, value) => `You told me that your ${label} is ${value}.`,
  youSaid: (quote) => `You told me: "${quote}"`,
  unknown: "I don't have that information. If you like, I can let a person on the team know.",
  partlyUnknown: (question) => `I have no information about "${question}".`,
  understood: (quote) => `Understood: "${quote}". What would you like to know or do about it?`,
  result: (value) => `The result is ${value}.`,
  found: (what) => `This is what I found: ${what}`,
  nothingFound: "I searched, but I found nothing about that.",
  toolFailed: (detail) =>
    `I could not complete that${detail ? `: ${detail}` : ""}. If you like, I can let a person on the team know.`,
  need: (fields) => `I need one more detail for that: ${fields}. Could you tell me?`,
  picture: (what) => `I received ${what}. I am a demo model and cannot recognise what it shows.`,
  aPicture: "the picture",
  file: (name, words) => `I have read ${name ? `"${name}"` : "the document"}: "${words}"`,
  empty: "I received no text. How can I help you?",
};

const byLanguage: Record<Language, Phrases> = { es, en };

export const phrases = (language: Language): Phrases => byLanguage[language];
