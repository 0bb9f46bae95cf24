import type { ConnectCheck } from "@charla/domain/channel-connection";

export const worksWith = (models: number): ConnectCheck => ({
  id: "key",
  state: "ok",
  title: {
    es: `La clave funciona; da acceso a ${models} ${models === 1 ? "modelo" : "modelos"}`,
    en: `The key works; it gives access to ${models} ${models === 1 ? "model" : "models"}`,
  },
});

export const say = {
  keyRefused: {
    id: "key",
    state: "broken",
    title: { es: "El proveedor no acepta la clave", en: "The vendor does not accept the key" },
    help: {
      es: "Está mal copiada, se revocó o la cuenta no tiene saldo. Cree otra en la página del proveedor y péguela aquí.",
      en: "It was copied wrongly, was revoked, or the account has no credit. Create another on the vendor's page and paste it here.",
    },
  },
  noList: {
    id: "list",
    state: "manual",
    title: {
      es: "El servidor contesta, pero no dice qué modelos tiene",
      en: "The server answers but does not say which models it has",
    },
    help: {
      es: "Revise que la dirección esté completa (suele acabar en /v1). Si lo está, escriba el nombre del modelo tal como lo da su servidor y pruebe el agente.",
      en: "Check that the address is complete (it usually ends in /v1). If it is, write the model's name as your server gives it and try the agent.",
    },
  },
  busy: {
    id: "answer",
    state: "manual",
    title: { es: "El proveedor pide esperar", en: "The vendor asks to wait" },
    help: {
      es: "Demasiadas peticiones con esta clave. Repítalo dentro de un minuto.",
      en: "Too many requests with this key. Try again in a minute.",
    },
  },
  notModels: {
    id: "address",
    state: "broken",
    title: {
      es: "En esta dirección no contesta un servidor de modelos",
      en: "No model server answers at this address",
    },
    help: {
      es: "Revise la dirección: debe ser la final, sin redirecciones, y la de la interfaz, no la de la página web.",
      en: "Check the address: it must be the final one, without redirects, and that of the interface, not of the website.",
    },
  },
  addressRefused: {
    id: "address",
    state: "broken",
    title: { es: "Esta dirección no se puede usar", en: "This address may not be used" },
    help: {
      es: "Solo se conecta con direcciones públicas por https. Un servidor de su red necesita una dirección pública.",
      en: "Only public addresses are reached, by https. A server inside your network needs a public address.",
    },
  },
  noAnswer: {
    id: "answer",
    state: "broken",
    title: { es: "El proveedor no contesta", en: "The vendor does not answer" },
    help: {
      es: "Puede estar caído. Repítalo dentro de un momento; si sigue igual, revise la dirección.",
      en: "It may be down. Try again in a moment; if that does not help, check the address.",
    },
  },
} as const satisfies Record<string, ConnectCheck>;
