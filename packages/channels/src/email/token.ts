import { isSameText } from "../same-text.ts";
import type { EmailAccount } from "./account.ts";
import { CODE_LENGTH, PERSON_MARK, THREAD, THREAD_MARK } from "./code-length.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const STOP_MARK = 16;

const LETTERS = /^[a-z2-7]+$/;
const STOP = /^([a-z2-7]{16})\.([a-z0-9_]{1,64})\.([a-z2-7]{16})$/;
const encoder = new TextEncoder();

/** `mine`: the code was given to the very address that now writes. */
export type Proof = { thread: string; mine: boolean };

/** Two people in one exchange of mails are two conversations: what one was told is not for the other. */
export async function threadName(address: string, root: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${address}\n${root}`));
  return base32(new Uint8Array(digest)).slice(0, THREAD);
}

/** The thread, the mark that it is one of ours, and the mark of the person it was given to. Letters that survive any mail server. */
export async function threadCode(account: EmailAccount, thread: string, address: string): Promise<string> {
  const key = account.secrets.linkKeys[0] ?? "";
  return thread + (await threadMark(key, account, thread)) + (await personMark(key, account, thread, address));
}

export async function readCode(account: EmailAccount, code: string, address: string): Promise<Proof | null> {
  if (code.length !== CODE_LENGTH || !LETTERS.test(code)) return null;
  const thread = code.slice(0, THREAD);
  const given = { thread: code.slice(THREAD, THREAD + THREAD_MARK), person: code.slice(THREAD + THREAD_MARK) };
  for (const key of account.secrets.linkKeys) {
    if (!(await isSameText(given.thread, await threadMark(key, account, thread)))) continue;
    return { thread, mine: await isSameText(given.person, await personMark(key, account, thread, address)) };
  }
  return null;
}

/** Names the thread and the mail whose link it was, so that each mail can be opted out of once. */
export async function stopCode(account: EmailAccount, thread: string, messageId: string): Promise<string> {
  const key = account.secrets.linkKeys[0] ?? "";
  return `${thread}.${messageId}.${await stopMark(key, account, thread, messageId)}`;
}

export async function readStopCode(
  account: EmailAccount,
  code: string,
): Promise<{ thread: string; messageId: string } | null> {
  const [, thread, messageId, mark] = STOP.exec(code) ?? [];
  if (thread === undefined || messageId === undefined || mark === undefined) return null;
  for (const key of account.secrets.linkKeys)
    if (await isSameText(mark, await stopMark(key, account, thread, messageId))) return { thread, messageId };
  return null;
}

const threadMark = (key: string, { id }: EmailAccount, thread: string): Promise<string> =>
  markOf(key, `thread\n${id}\n${thread}`, THREAD_MARK);
const personMark = (key: string, { id }: EmailAccount, thread: string, address: string): Promise<string> =>
  markOf(key, `person\n${id}\n${thread}\n${address}`, PERSON_MARK);
const stopMark = (key: string, { id }: EmailAccount, thread: string, messageId: string): Promise<string> =>
  markOf(key, `stop\n${id}\n${thread}\n${messageId}`, STOP_MARK);

async function markOf(key: string, text: string, letters: number): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]);
  return base32(new Uint8Array(await crypto.subtle.sign("HMAC", imported, encoder.encode(text)))).slice(0, letters);
}

/** Without padding; of what is left over at the end, whole letters only. */
function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return text;
}
