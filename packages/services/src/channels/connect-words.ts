import type { ConnectCheck } from "@charla/domain/channel-connection";

/** What is said of every kind of channel alike; the vendors' own words are with the channels. */
export const say = {
  nothingToConnect: {
    id: "vendor",
    state: "ok",
    title: { es: "Este canal no necesita conectarse", en: "This channel needs no connecting" },
  },
  nothingToDisconnect: {
    id: "vendor",
    state: "ok",
    title: { es: "Este canal no depende de un proveedor", en: "This channel depends on no vendor" },
    help: {
      es: "Para que deje de funcionar, deshabilítelo.",
      en: "To make it stop, disable it.",
    },
  },
  disabled: {
    id: "enabled",
    state: "manual",
    title: { es: "El canal está deshabilitado", en: "The channel is disabled" },
    help: {
      es: "El proveedor entrega los mensajes, pero aquí se rechazan. Habilite el canal, o desconéctelo.",
      en: "The vendor delivers messages, but they are refused here. Enable the channel, or disconnect it.",
    },
  },
  noAnswer: {
    id: "answer",
    state: "broken",
    title: { es: "No se pudo terminar la comprobación", en: "The check could not be finished" },
    help: {
      es: "El proveedor no ha contestado como se esperaba. Repítalo dentro de un momento.",
      en: "The vendor did not answer as expected. Try again in a moment.",
    },
  },
  notKept: {
    id: "settings",
    state: "manual",
    title: {
      es: "Algo de lo que dijo el proveedor no se pudo guardar",
      en: "Something the vendor said could not be kept",
    },
    help: {
      es: "El canal funciona con los ajustes que tenía; revíselos.",
      en: "The channel works with the settings it had; look them over.",
    },
  },
} as const satisfies Record<string, ConnectCheck>;

/** For kinds whose vendor has no way to be told. */
export const leftToPerson = (webhookUrl: string): ConnectCheck => ({
  id: "vendor",
  state: "manual",
  title: { es: "El proveedor no se puede desconectar por API", en: "The vendor cannot be disconnected by API" },
  help: {
    es: `Quite la dirección ${webhookUrl} en su cuenta del proveedor.`,
    en: `Remove the address ${webhookUrl} in your account at the vendor.`,
  },
});
