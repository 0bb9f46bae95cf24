const WORDS: Readonly<Record<string, string>> = {
  "credentials in the address": "lleva credenciales",
  "no host": "no nombra ninguna máquina",
  "this machine": "es esta misma máquina",
  "our own name": "es el nombre de esta plataforma",
  "an internal name": "es un nombre interno",
  "a name without a domain": "es un nombre sin dominio",
  "a malformed address": "está mal escrita",
  "a reverse name": "es un nombre inverso",
  "this network": "es de esta red",
  "a private network": "es de una red privada",
  "a link-local address": "es una dirección de enlace local",
  "a carrier's private network": "es de la red privada de un operador",
  "a reserved address": "está reservada",
  "a multicast or reserved address": "es de difusión o está reservada",
  "a local, multicast or reserved address": "es local, de difusión o está reservada",
  "an IPv4 address in disguise": "es una dirección IPv4 disfrazada",
};

/** Why an address is refused; the scheme and the port name themselves in any language. */
export const inSpanish = (refusal: string): string =>
  WORDS[refusal] ?? refusal.replace(/^scheme /, "el esquema es ").replace(/^port /, "el puerto es ");
