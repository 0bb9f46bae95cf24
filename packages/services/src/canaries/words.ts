import type { CanaryRow } from "@charla/db/tenant/canaries";
import type { CanarySignal, Tally } from "@charla/domain/canary-facts";
import type { Language, Words } from "../notices/send.ts";

export type RolledBack = { canary: CanaryRow; agent: string; number: number };

const WORDS = {
  es: {
    subject: (agent: string, number: number) => `La versión ${number} de «${agent}» se ha retirado sola`,
    why: {
      errors: "Fallaba más que la versión que estaba en vigor.",
      handovers: "Necesitaba a una persona más a menudo que la versión que estaba en vigor.",
    },
    side: (who: string, { turns, errors, handovers }: Tally) =>
      `- ${who}: ${turns} turnos, ${errors} con fallo, ${handovers} que pasaron a una persona`,
    fresh: (percent: number) => `la versión nueva (${percent} % de las conversaciones)`,
    base: "la versión en vigor",
    now: "Todas las conversaciones tienen otra vez la versión anterior; no hace falta hacer nada.",
    next: "Compare las dos versiones, corrija el borrador y vuelva a publicarlo para una parte de las conversaciones.",
  },
  en: {
    subject: (agent: string, number: number) => `Release ${number} of “${agent}” was rolled back by itself`,
    why: {
      errors: "It failed more often than the release in force.",
      handovers: "It needed a person more often than the release in force.",
    },
    side: (who: string, { turns, errors, handovers }: Tally) =>
      `- ${who}: ${turns} turns, ${errors} failed, ${handovers} went to a person`,
    fresh: (percent: number) => `the new release (${percent} % of the conversations)`,
    base: "the release in force",
    now: "All conversations have the release before again; nothing has to be done.",
    next: "Compare the two releases, correct the draft and publish it again for a part of the conversations.",
  },
} as const satisfies Record<Language, { why: Record<CanarySignal, string> } & Record<string, unknown>>;

export function wordsFor({ canary, agent, number }: RolledBack, tenant: string, language: Language): Words {
  const { subject, why, side, fresh, base, now, next } = WORDS[language];
  const { signal, facts, percent } = canary;
  const lines = [
    tenant,
    "",
    `${subject(agent, number)}.`,
    ...(signal === null ? [] : [why[signal]]),
    ...(facts === null ? [] : [side(fresh(percent), facts.canary), side(base, facts.base)]),
    "",
    now,
    next,
  ];
  return { subject: `[${tenant}] ${subject(agent, number)}`, text: `${lines.join("\n")}\n` };
}
