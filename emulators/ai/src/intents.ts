import { contentStems, fold, wordsOf } from "./words.ts";

export type Intent =
  | "human"
  | "identity"
  | "own-name"
  | "thanks"
  | "goodbye"
  | "greeting"
  | "wellbeing"
  | "confirmation"
  | "none";

const PATTERNS: readonly (readonly [Intent, RegExp])[] = [
  [
    "human",
    /\b(?:hablar|hable|hablo|pasa\w*|comunica\w*|contacta\w*|pon\w*|quiero|necesito|atienda|transfier\w*)\b.{0,40}\b(?:persona|humano|humana|agente|operador\w*|asesor\w*|alguien|encargad\w*|responsable|supervisor\w*)\b|\b(?:talk|speak|chat|connect|transfer|put me|get me|want|need|escalate)\b.{0,40}\b(?:person|human|agent|operator|someone|somebody|representative|manager|supervisor|staff)\b|\b(?:persona real|real person|agente humano|human agent|atencion humana)\b/,
  ],
  [
    "own-name",
    /\b(?:como me llamo|cual es mi nombre|sabes mi nombre|recuerdas mi nombre|sabes quien soy|quien soy yo|what(?:'s| is| s)? my name|do you (?:know|remember) (?:my name|who i am)|who am i)\b/,
  ],
  [
    "identity",
    /\b(?:quien eres|como te llamas|cual es tu nombre|que eres|eres un (?:bot|robot|humano)|eres una (?:persona|maquina|ia)|who are you|what are you|what(?:'s| is| s)? your name|are you (?:a |an )?(?:bot|robot|human|person|ai|real))\b/,
  ],
  [
    "wellbeing",
    /^\W*(?:(?:hola|hello|hi|hey)\W+)?(?:que tal|como estas|como esta usted|como va(?: todo)?|how are you|how is it going|how's it going)(?: hoy| today)?\W*$/,
  ],
  ["thanks", /\b(?:gracias|muchas gracias|te lo agradezco|thanks|thank you|thx|cheers)\b/],
  [
    "goodbye",
    /\b(?:adios|hasta (?:luego|pronto|manana|la vista)|nos vemos|chao|chau|bye|goodbye|see you|farewell|have a (?:nice|good) (?:day|one))\b/,
  ],
  [
    "greeting",
    /\b(?:hola|buenas|buenos dias|buenas tardes|buenas noches|hello|hi|hey|good (?:morning|afternoon|evening)|greetings)\b/,
  ],
  ["confirmation", /^\W*(?:ok|okay|vale|perfecto|genial|de acuerdo|entendido|great|perfect|got it|fine|si|yes|no)\W*$/],
];

const SMALL_TALK: ReadonlySet<Intent> = new Set(["thanks", "goodbye", "greeting", "wellbeing", "confirmation"]);

/** What one utterance is for. Courtesy counts only when nothing else is being said: "hola, ¿a qué hora abrís?" is a question. */
export function intentOf(utterance: string): Intent {
  const folded = fold(utterance);
  for (const [intent, pattern] of PATTERNS) {
    const match = pattern.exec(folded);
    if (!match) continue;
    if (!SMALL_TALK.has(intent)) return intent;
    const rest = folded.replace(match[0], " ");
    if (contentStems(rest).length <= 1 && wordsOf(rest).length <= 4) return intent;
  }
  return "none";
}

/** The utterance without the courtesy around it. */
export const withoutCourtesy = (utterance: string): string =>
  utterance
    .replace(
      /^[\s¡!]*(?:hola|buenas(?: tardes| noches)?|buenos d[ií]as|hello|hi|hey|good (?:morning|afternoon|evening)|por favor|please|oye|perdona|disculpa|excuse me)\b(?:\s+\p{Lu}\p{L}+)?[\s,.!:;-]*/iu,
      "",
    )
    .replace(/[\s,]*(?:por favor|please|gracias|thanks|thank you)[\s.!]*$/iu, "")
    .trim();

export const isQuestion = (utterance: string): boolean =>
  /[?¿]/.test(utterance) ||
  /^(?:que|cual|cuales|como|cuando|donde|quien|cuanto|cuanta|cuantos|cuantas|por que|a que|en que|tienen|tienes|teneis|hay|puedo|puede|se puede|dime|what|which|how|when|where|who|why|do|does|did|is|are|can|could|would|will|have|has|tell me)\b/.test(
    fold(utterance).trim(),
  );
