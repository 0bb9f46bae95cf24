import type { ChannelAlertRow } from "@charla/db/tenant/channel-alerts";
import type { AlertFacts, AlertKind } from "@charla/domain/channel-alert";
import type { Language, Words } from "../notices/send.ts";
import { isoTime } from "../paging.ts";

/** `last`: the same is not told again today. */
export type Told = { alert: ChannelAlertRow; name: string; last: boolean };

type Saying = { what: (facts: AlertFacts) => string; help: string };

const instant = (at: number | undefined): string =>
  at === undefined ? "?" : `${isoTime(at).slice(0, 16).replace("T", " ")} UTC`;

const SAYINGS: Record<Language, Record<AlertKind, Saying>> = {
  es: {
    quiet: {
      what: ({ lastInAt, expected }) =>
        `nadie escribe desde ${instant(lastInAt)}; en ese tiempo suelen escribir unas ${expected} conversaciones.`,
      help: "Escriba usted un mensaje de prueba. Si no llega, pulse «Conectar» en el canal: comprueba la conexión con el proveedor.",
    },
    signature: {
      what: ({ refused, received }) =>
        `en la última hora se han rechazado ${refused} entregas con una firma que no es válida (mensajes recibidos: ${received}).`,
      help: "Si ha cambiado la clave secreta en el proveedor, póngala también en el canal. Si no, alguien puede estar intentando hacerse pasar por el proveedor: no ha entrado nada.",
    },
    access: {
      what: ({ failedAt }) => `el proveedor ya no acepta nuestro acceso (último rechazo: ${instant(failedAt)}).`,
      help: "Cree un token nuevo en el proveedor, póngalo en el canal y pulse «Conectar». Después reenvíe lo que está en «Sin entregar».",
    },
    expiry: {
      what: ({ expiresAt }) => `el permiso del proveedor caduca el ${instant(expiresAt)}.`,
      help: "Sustituya el token antes de ese día y pulse «Conectar».",
    },
    sending: {
      what: ({ failed, sent, waiting, error }) =>
        waiting === undefined
          ? `en la última hora no se han podido enviar ${failed} mensajes de ${(failed ?? 0) + (sent ?? 0)}${error === undefined ? "" : ` (${error})`}.`
          : `${waiting} mensajes esperan desde hace más de un cuarto de hora y ninguno sale.`,
      help: "Mire en «Sin entregar» qué contesta el proveedor. Lo que espera saldrá solo cuando el proveedor vuelva a aceptarlo.",
    },
  },
  en: {
    quiet: {
      what: ({ lastInAt, expected }) =>
        `nobody has written since ${instant(lastInAt)}; about ${expected} conversations usually do in that time.`,
      help: "Write a test message yourself. If it does not arrive, press “Connect” on the channel: that checks the connection with the vendor.",
    },
    signature: {
      what: ({ refused, received }) =>
        `${refused} deliveries of the last hour were refused because their signature is not valid (messages received: ${received}).`,
      help: "If you changed the secret at the vendor, put it into the channel, too. If not, somebody may be pretending to be the vendor: nothing of it got in.",
    },
    access: {
      what: ({ failedAt }) => `the vendor no longer accepts our credentials (last refusal: ${instant(failedAt)}).`,
      help: "Make a new token at the vendor, put it into the channel and press “Connect”. Then send again what is in “Dead letters”.",
    },
    expiry: {
      what: ({ expiresAt }) => `the vendor's permission ends on ${instant(expiresAt)}.`,
      help: "Replace the token before that day and press “Connect”.",
    },
    sending: {
      what: ({ failed, sent, waiting, error }) =>
        waiting === undefined
          ? `${failed} of ${(failed ?? 0) + (sent ?? 0)} messages of the last hour could not be sent${error === undefined ? "" : ` (${error})`}.`
          : `${waiting} messages have waited for more than a quarter of an hour, and none leaves.`,
      help: "Look in “Dead letters” at what the vendor answers. What waits will leave by itself when the vendor takes it again.",
    },
  },
};

const FRAMES = {
  es: {
    needs: (names: readonly string[]) =>
      names.length === 1 ? `El canal «${names[0]}» necesita atención` : `${names.length} canales necesitan atención`,
    works: (names: readonly string[]) =>
      names.length === 1 ? `El canal «${names[0]}» vuelve a funcionar` : `${names.length} canales vuelven a funcionar`,
    begun: "Necesita atención:",
    ended: "Vuelve a funcionar:",
    since: (from: string, to: string) => `el problema empezó el ${from} y ha terminado el ${to}.`,
    last: "Hoy no se le avisará más de este problema; la lista de avisos del canal lo muestra todo.",
    topics: {
      quiet: "silencio",
      signature: "firmas no válidas",
      access: "acceso rechazado",
      expiry: "permiso por caducar",
      sending: "envíos fallidos",
    },
  },
  en: {
    needs: (names: readonly string[]) =>
      names.length === 1 ? `The channel “${names[0]}” needs attention` : `${names.length} channels need attention`,
    works: (names: readonly string[]) =>
      names.length === 1 ? `The channel “${names[0]}” works again` : `${names.length} channels work again`,
    begun: "Needs attention:",
    ended: "Works again:",
    since: (from: string, to: string) => `the trouble began on ${from} and ended on ${to}.`,
    last: "You will not be told of this again today; the channel's list of alerts shows everything.",
    topics: {
      quiet: "silence",
      signature: "invalid signatures",
      access: "credentials refused",
      expiry: "permission about to end",
      sending: "failed sends",
    },
  },
} as const satisfies Record<Language, { topics: Record<AlertKind, string> } & Record<string, unknown>>;

/** All of it in one mail: what has begun, with what to do about it, and what is over. */
export function wordsFor(told: readonly Told[], tenant: string, language: Language): Words {
  const { needs, works, begun, ended, since, last, topics } = FRAMES[language];
  const open = told.filter(({ alert }) => alert.closedAt === null);
  const over = told.filter(({ alert }) => alert.closedAt !== null);
  const subject = open.length > 0 ? needs(namesOf(open)) : works(namesOf(over));
  const lines = [tenant, ""];
  if (open.length > 0) lines.push(begun);
  for (const { alert, name, last: isLast } of open) {
    const { what, help } = SAYINGS[language][alert.kind];
    lines.push(
      `- ${name} (${topics[alert.kind]}): ${what(alert.facts)}`,
      `  ${help}`,
      ...(isLast ? [`  ${last}`] : []),
    );
  }
  if (open.length > 0 && over.length > 0) lines.push("");
  if (over.length > 0) lines.push(ended);
  for (const { alert, name } of over)
    lines.push(
      `- ${name} (${topics[alert.kind]}): ${since(instant(alert.openedAt), instant(alert.closedAt ?? undefined))}`,
    );
  return { subject: `[${tenant}] ${subject}`, text: `${lines.join("\n")}\n` };
}

const namesOf = (told: readonly Told[]): string[] => [...new Set(told.map(({ name }) => name))];
