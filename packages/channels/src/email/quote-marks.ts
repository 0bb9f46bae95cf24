/** Lines by which mail programs in Spanish, English and their neighbours begin what they quote. */

const MAX_LINE = 400;
const WROTE =
  /(?:wrote|escribió|escribio|ha escrito|va escriure|escribiu|escreveu|a écrit|schrieb(?:\s.{1,100})?|ha scritto)\s*[:：]\s*$/iu;
const OPENS =
  /^(?:[>\s]*)(?:on|el|le|am|em|il|a|op|lun|mar|mié|jue|vie|sáb|dom|mon|tue|wed|thu|fri|sat|sun|\d{1,4}[./-])/iu;
/** A sentence may end in "wrote:"; only with a date or an address it is the program that speaks. */
const DATED = /\d|@/;

/** How many lines from here say who wrote what follows, and when; long names and addresses break the sentence. */
export function attributionAt(lines: readonly string[], at: number): number {
  const first = lines[at] ?? "";
  if (first.length > MAX_LINE || !OPENS.test(first)) return 0;
  let sentence = "";
  for (let count = 1; count <= 4; count++) {
    const line = (lines[at + count - 1] ?? "").replace(/^[>\s]+/, "");
    if (line.trim() === "" || sentence.length + line.length > 2 * MAX_LINE) return 0;
    sentence += ` ${line.trim()}`;
    if (!WROTE.test(sentence)) continue;
    return DATED.test(sentence) || isQuotedNext(lines, at + count) ? count : 0;
  }
  return 0;
}

function isQuotedNext(lines: readonly string[], from: number): boolean {
  const next = lines.slice(from, from + 3).find((line) => line.trim() !== "");
  return next?.trimStart().startsWith(">") ?? false;
}

const ORIGINAL =
  /^[>\s]*-{2,}\s*(?:original message|mensaje original|missatge original|mensaxe orixinal|message d'origine|ursprüngliche nachricht|mensagem original|original appointment|cita original)\s*-{2,}\s*$/iu;
const FORWARD =
  /^[>\s]*(?:-{2,}\s*(?:forwarded message|mensaje reenviado|missatge reenviat|message transféré)\s*-{2,}|(?:begin forwarded message|inicio del mensaje reenviado)\s*:)\s*$/iu;

export const isOriginalMark = (line: string): boolean => line.length <= MAX_LINE && ORIGINAL.test(line);
export const isForwardMark = (line: string): boolean => line.length <= MAX_LINE && FORWARD.test(line);

const FROM = /^[>\s*]*(?:from|de|von)\s*[:：]\s*\*?\s*\S/iu;
const OTHERS = [
  /^[>\s*]*(?:sent|date|enviado(?: el)?|enviat|fecha|data|envoyé|gesendet)\s*[:：]/iu,
  /^[>\s*]*(?:to|para|per a|à|an)\s*[:：]/iu,
  /^[>\s*]*(?:subject|asunto|assumpte|objet|betreff)\s*[:：]/iu,
];

/** Outlook quotes without marks, below the head of the mail: sender, date, recipient, subject. */
export function isHeaderBlock(lines: readonly string[], at: number): boolean {
  if (!FROM.test((lines[at] ?? "").slice(0, MAX_LINE))) return false;
  const below = lines.slice(at + 1, at + 7).map((line) => line.slice(0, MAX_LINE));
  return OTHERS.filter((other) => below.some((line) => other.test(line))).length >= 2;
}
