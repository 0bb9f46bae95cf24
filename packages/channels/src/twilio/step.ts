import { messageOf } from "@charla/domain/errors";
import { check, type ConnectCheck, type ConnectReport } from "../connect.ts";
import { say } from "./connect-words.ts";

/** What one step found out; steps are independent, so that a person sees everything that is wrong at once. */
export type Step = Pick<ConnectReport, "checks"> & Partial<Pick<ConnectReport, "facts" | "learnt">>;

export const broken = (id: string, title: ConnectCheck["title"], help?: ConnectCheck["help"]): Step => ({
  checks: [check(id, "broken", title, help)],
});

/** A step without an answer is a finding like any other. */
export async function guarded(id: string, step: Promise<Step>): Promise<Step> {
  try {
    return await step;
  } catch (error) {
    return broken(id, say.unreachable(messageOf(error).slice(0, 200)));
  }
}
