import type { ChatFile } from "@charla/domain/webchat";
import type { Delivery, StopReason } from "./state.ts";

export type Lang = "es" | "en";

export type Texts = {
  open: string;
  openUnread: (count: number) => string;
  close: string;
  log: string;
  write: string;
  placeholder: string;
  send: string;
  hello: (agent: string) => string;
  helloHint: string;
  you: string;
  assistant: string;
  person: string;
  system: string;
  demo: string;
  demoHint: string;
  ai: string;
  human: string;
  paused: string;
  writing: (who: string) => string;
  connecting: string;
  offline: string;
  waiting: string;
  retryNow: string;
  stopped: Record<StopReason, string>;
  delivery: Record<Delivery, string>;
  retry: string;
  discard: string;
  deleted: string;
  today: string;
  yesterday: string;
  older: string;
  newMessages: string;
  replies: string;
  left: (count: number) => string;
  tooLong: (count: number) => string;
  error: (code: string) => string;
  failed: (code: string) => string;
  newTab: string;
  picture: (name: string | undefined) => string;
  fileTypes: Record<ChatFile["type"], string>;
  fileGone: string;
  fileFailed: string;
};

type Errors = Partial<Record<string, string>>;

const errorsEs: Errors = {
  RATE_LIMITED: "Vas muy deprisa. Espera unos segundos; lo enviaremos de nuevo.",
  OVERLOADED: "Hay mucha gente ahora mismo. Lo enviaremos de nuevo en unos segundos.",
  UNAVAILABLE: "El chat no está disponible en este momento. Seguimos intentándolo.",
  PAYLOAD_TOO_LARGE: "El mensaje es demasiado largo.",
  LIMIT_EXCEEDED: "Se ha alcanzado el límite de mensajes.",
  BUDGET_EXHAUSTED: "El asistente no puede responder ahora.",
  TENANT_SUSPENDED: "Este chat está cerrado por ahora.",
  FORBIDDEN: "Este chat no admite mensajes aquí.",
};

const errorsEn: Errors = {
  RATE_LIMITED: "You are going fast. Wait a few seconds; we will send it again.",
  OVERLOADED: "Many people are here right now. We will send it again in a few seconds.",
  UNAVAILABLE: "The chat is not available at the moment. We keep trying.",
  PAYLOAD_TOO_LARGE: "The message is too long.",
  LIMIT_EXCEEDED: "The limit of messages has been reached.",
  BUDGET_EXHAUSTED: "The assistant cannot answer right now.",
  TENANT_SUSPENDED: "This chat is closed for now.",
  FORBIDDEN: "This chat takes no messages here.",
};

const es: Texts = {
  open: "Abrir el chat",
  openUnread: (count) => `Abrir el chat, ${count} ${count === 1 ? "mensaje nuevo" : "mensajes nuevos"}`,
  close: "Cerrar el chat",
  log: "Conversación",
  write: "Escribe un mensaje",
  placeholder: "Escribe un mensaje…",
  send: "Enviar",
  hello: (agent) => (agent === "" ? "Hola, ¿en qué te ayudamos?" : `Hola, soy ${agent}.`),
  helloHint: "Pregunta lo que quieras; te respondo aquí mismo.",
  you: "Tú",
  assistant: "Asistente",
  person: "Una persona del equipo",
  system: "Aviso",
  demo: "Modelo de demostración",
  demoHint: "Responde un pequeño modelo local de prueba, no uno real.",
  ai: "Asistente automático",
  human: "Te atiende una persona",
  paused: "Las respuestas automáticas están en pausa",
  writing: (who) => (who === "" ? "Escribiendo…" : `${who} está escribiendo…`),
  connecting: "Conectando…",
  offline: "Sin conexión. Lo que escribas se enviará al volver.",
  waiting: "Conexión perdida. Lo que escribas se enviará al volver.",
  retryNow: "Reintentar ya",
  stopped: {
    forbidden: "Este chat no está permitido en esta página.",
    identity: "No hemos podido comprobar quién eres. Vuelve a entrar en la página.",
    missing: "Este chat no existe o está desactivado.",
    gone: "Este chat se ha cerrado.",
  },
  delivery: { sending: "Enviando…", sent: "Enviado", read: "Leído", failed: "No enviado" },
  retry: "Reintentar",
  discard: "Descartar",
  deleted: "Mensaje eliminado",
  today: "Hoy",
  yesterday: "Ayer",
  older: "Ver mensajes anteriores",
  newMessages: "Mensajes nuevos",
  replies: "Respuestas rápidas",
  left: (count) => `Quedan ${count} caracteres`,
  tooLong: (count) => `Sobran ${count} caracteres`,
  error: (code) => errorsEs[code] ?? "Algo no ha ido bien. Inténtalo de nuevo.",
  failed: (code) => errorsEs[code] ?? "No se pudo enviar.",
  newTab: "se abre en otra pestaña",
  picture: (name) => (name === undefined ? "Imagen" : `Imagen: ${name}`),
  fileTypes: {
    image: "Imagen",
    audio: "Audio",
    voice: "Nota de voz",
    video: "Vídeo",
    document: "Documento",
    sticker: "Pegatina",
  },
  fileGone: "Ya no está disponible",
  fileFailed: "No se pudo abrir. Inténtalo de nuevo.",
};

const en: Texts = {
  open: "Open the chat",
  openUnread: (count) => `Open the chat, ${count} new ${count === 1 ? "message" : "messages"}`,
  close: "Close the chat",
  log: "Conversation",
  write: "Write a message",
  placeholder: "Write a message…",
  send: "Send",
  hello: (agent) => (agent === "" ? "Hello, how can we help?" : `Hello, I am ${agent}.`),
  helloHint: "Ask anything; the answer comes right here.",
  you: "You",
  assistant: "Assistant",
  person: "A person of the team",
  system: "Notice",
  demo: "Demo model",
  demoHint: "A small local test model answers, not a real one.",
  ai: "Automatic assistant",
  human: "A person is with you now",
  paused: "Automatic answers are paused",
  writing: (who) => (who === "" ? "Writing…" : `${who} is writing…`),
  connecting: "Connecting…",
  offline: "Offline. What you write is sent when you are back.",
  waiting: "Connection lost. What you write is sent when it is back.",
  retryNow: "Try now",
  stopped: {
    forbidden: "This chat is not allowed on this page.",
    identity: "We could not verify who you are. Please sign in to the page again.",
    missing: "This chat does not exist or is switched off.",
    gone: "This chat has been closed.",
  },
  delivery: { sending: "Sending…", sent: "Sent", read: "Read", failed: "Not sent" },
  retry: "Try again",
  discard: "Discard",
  deleted: "Message deleted",
  today: "Today",
  yesterday: "Yesterday",
  older: "Earlier messages",
  newMessages: "New messages",
  replies: "Quick replies",
  left: (count) => `${count} characters left`,
  tooLong: (count) => `${count} characters too many`,
  error: (code) => errorsEn[code] ?? "Something went wrong. Please try again.",
  failed: (code) => errorsEn[code] ?? "It could not be sent.",
  newTab: "opens in another tab",
  picture: (name) => (name === undefined ? "Picture" : `Picture: ${name}`),
  fileTypes: {
    image: "Picture",
    audio: "Audio",
    voice: "Voice note",
    video: "Video",
    document: "Document",
    sticker: "Sticker",
  },
  fileGone: "No longer available",
  fileFailed: "It could not be opened. Try again.",
};

export const textsOf = (lang: Lang): Texts => (lang === "en" ? en : es);
