import type { Bilingual } from "../connect.ts";

const both = (es: string, en: string): Bilingual => ({ es, en });

export const say = {
  mute: (number: string): Bilingual =>
    both(`El número ${number} no admite llamadas.`, `${number} does not take calls.`),
  ready: (number: string): Bilingual =>
    both(`Las llamadas al ${number} llegan aquí.`, `Calls to ${number} arrive here.`),
  relay: both(
    "Compruebe que su cuenta de Twilio tiene ConversationRelay.",
    "Check that your Twilio account has ConversationRelay.",
  ),
  relayHelp: both(
    "En la consola de Twilio, en los ajustes de Voice, acepte el uso de funciones de IA (Predictive and Generative AI/ML Features Addendum). Si su cuenta no puede, elija el modo por turnos.",
    "In the Twilio console, in the settings of Voice, accept the use of AI features (Predictive and Generative AI/ML Features Addendum). If your account cannot, choose the mode by turns.",
  ),
  person: (number: string): Bilingual =>
    both(`Quien pida una persona hablará con ${number}.`, `Whoever asks for a person speaks to ${number}.`),
  nobody: both("No hay ningún teléfono al que pasar las llamadas.", "There is no telephone to put calls through to."),
  nobodyHelp: both(
    "Ponga un número en «handOverNumber» para que una persona pueda atender la llamada. Sin él, quien tome la conversación solo puede escribir, y se lee en voz alta.",
    "Set a number in “handOverNumber” so that a person can take the call. Without it, whoever takes over can only write, and what they write is read aloud.",
  ),
};
