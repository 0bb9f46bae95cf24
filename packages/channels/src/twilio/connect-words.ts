import type { Bilingual } from "../connect.ts";

const both = (es: string, en: string): Bilingual => ({ es, en });

/** What connecting tells the person who connects. */
export const say = {
  credentialsRight: both("La cuenta y el token son correctos.", "The account and its token are right."),
  credentialsWrong: both(
    "Twilio no acepta el Account SID con este Auth Token.",
    "Twilio does not accept the Account SID with this auth token.",
  ),
  suspended: (status: string): Bilingual =>
    both(
      `La cuenta de Twilio no está activa (${status || "sin estado"}).`,
      `The Twilio account is not active (${status || "no state"}).`,
    ),
  trial: both("La cuenta es de prueba.", "The account is a trial account."),
  trialHelp: both(
    "Twilio solo envía a los números que usted ha verificado en su consola. Para escribir a clientes, pase la cuenta a una de pago.",
    "Twilio only sends to numbers that you have verified in its console. Upgrade the account to write to customers.",
  ),
  unreachable: (why: string): Bilingual => both(`Twilio no responde: ${why}`, `Twilio does not answer: ${why}`),
  refused: (status: number, why: string): Bilingual =>
    both(`Twilio respondió ${status}. ${why}`.trim(), `Twilio answered ${status}. ${why}`.trim()),
  numberMissing: (number: string): Bilingual =>
    both(`El número ${number} no está en esta cuenta de Twilio.`, `${number} is not a number of this Twilio account.`),
  numberMute: (number: string): Bilingual =>
    both(`El número ${number} no puede enviar SMS.`, `${number} cannot send SMS.`),
  numberReady: (number: string): Bilingual =>
    both(`Los mensajes a ${number} llegan aquí.`, `Messages to ${number} arrive here.`),
  serviceMissing: both(
    "El Messaging Service no existe en esta cuenta.",
    "The Messaging Service is not in this account.",
  ),
  serviceReady: both(
    "Los mensajes del Messaging Service llegan aquí.",
    "Messages of the Messaging Service arrive here.",
  ),
  serviceEmpty: both("El Messaging Service no tiene remitentes.", "The Messaging Service has no senders."),
  serviceEmptyHelp: both(
    "Añada un número en el Sender Pool del servicio, en la consola de Twilio.",
    "Add a number to the sender pool of the service in the Twilio console.",
  ),
  sender: (number: string): Bilingual =>
    both(
      `Compruebe el remitente de WhatsApp ${number} en la consola de Twilio.`,
      `Check the WhatsApp sender ${number} in the Twilio console.`,
    ),
  senderHelp: (url: string): Bilingual =>
    both(
      `En los ajustes del remitente de WhatsApp, ponga esta dirección donde Twilio pide la URL para mensajes entrantes, con método POST: ${url}`,
      `In the settings of the WhatsApp sender, enter this address where Twilio asks for the URL of incoming messages, with method POST: ${url}`,
    ),
  buttonsReady: both("Las plantillas de botones están creadas.", "The templates for buttons exist."),
  released: (number: string): Bilingual =>
    both(`${number} vuelve a tener sus ajustes anteriores.`, `${number} has its earlier settings back.`),
  foreign: (number: string): Bilingual =>
    both(
      `${number} ya apuntaba a otro sitio; no se ha tocado.`,
      `${number} pointed elsewhere already; nothing was changed.`,
    ),
  senderLeft: both(
    "Quite la dirección de este canal de los ajustes del remitente de WhatsApp.",
    "Remove this channel's address from the settings of the WhatsApp sender.",
  ),
};
