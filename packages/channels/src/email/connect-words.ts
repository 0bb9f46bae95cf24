import { type Bilingual, check, type ConnectCheck, type ConnectReport } from "../connect.ts";
import type { JsonAnswer } from "../json-call.ts";
import { fieldsOf, textOf } from "./fields.ts";

export const reportOf = (checks: ConnectCheck[], more: Partial<ConnectReport> = {}): ConnectReport => ({
  checks,
  facts: {},
  learnt: {},
  ...more,
});

export const isOk = (answer: JsonAnswer): answer is Extract<JsonAnswer, { lost: false }> =>
  !answer.lost && answer.status >= 200 && answer.status < 300;

export const isDenied = (answer: JsonAnswer): boolean =>
  !answer.lost && (answer.status === 401 || answer.status === 403);

/** What was asked for could not be found out or done; said in the vendor's own words. */
export function unanswered(id: string, title: Bilingual, vendor: string, answer: JsonAnswer): ConnectCheck {
  const said = answer.lost ? answer.message : saidIn(answer.body) || String(answer.status);
  return check(id, "broken", title, {
    es: `${vendor} no ha contestado como se esperaba («${said}»). Repita la conexión dentro de un momento.`,
    en: `${vendor} did not answer as expected ("${said}"). Connect again in a moment.`,
  });
}

function saidIn(body: unknown): string {
  const fields = fieldsOf(body);
  return (textOf(fields["message"]) ?? textOf(fields["Message"]) ?? "").slice(0, 200);
}
