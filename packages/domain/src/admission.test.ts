import { describe, expect, it } from "vitest";
import { Admission, type AdmissionLimits, isShed, type Pass, type Shed } from "./admission.ts";

const LIMITS: AdmissionLimits = {
  perAccount: 3,
  perTenant: 4,
  total: 8,
  most: 10,
  accountPerSecond: 1000,
  tenantPerSecond: 1000,
};
const subject = (tenantId: string, accountId = `${tenantId}-1`) => ({ tenantId, accountId });

function passOf(answer: Pass | Shed): Pass {
  if (isShed(answer)) throw new Error(`refused: ${answer.reason}`);
  return answer;
}

function enter(admission: Admission, tenantId: string, times: number, accountId?: string): (Pass | Shed)[] {
  return Array.from({ length: times }, () => admission.enter(subject(tenantId, accountId), 0));
}
const reasonsOf = (answers: (Pass | Shed)[]): string[] =>
  answers.map((answer) => (isShed(answer) ? answer.reason : "in"));

describe("what is under way", () => {
  it("is bounded per account, then per tenant, and comes free again", () => {
    const admission = new Admission(LIMITS);
    const first = enter(admission, "a", 4);
    expect(reasonsOf(first)).toEqual(["in", "in", "in", "account_busy"]);
    expect(reasonsOf(enter(admission, "a", 2, "a-2"))).toEqual(["in", "tenant_busy"]);
    first
      .slice(0, 1)
      .map(passOf)
      .forEach((pass) => pass.leave());
    expect(reasonsOf(enter(admission, "a", 2, "a-2"))).toEqual(["in", "tenant_busy"]);
  });

  it("of all together leaves room for whoever has nothing under way", () => {
    const admission = new Admission(LIMITS);
    for (const tenant of ["a", "b", "c"]) enter(admission, tenant, 3);
    expect(reasonsOf(enter(admission, "c", 1, "c-2"))).toEqual(["all_busy"]);
    expect(reasonsOf(enter(admission, "d", 2))).toEqual(["in", "all_busy"]);
    expect(reasonsOf(enter(admission, "e", 2))).toEqual(["in", "all_busy"]);
    expect(reasonsOf(enter(admission, "f", 1))).toEqual(["all_busy"]);
  });

  it("counts a batch by what it holds, and lets one large one in but not a second", () => {
    const admission = new Admission(LIMITS);
    const [one, two] = [admission.enter(subject("a"), 0), admission.enter(subject("a"), 0)].map(passOf);
    expect(one?.weigh(500)).toBeNull();
    expect(two?.weigh(2)).toMatchObject({ reason: "tenant_busy" });
    expect(reasonsOf(enter(admission, "a", 1, "a-2"))).toEqual(["tenant_busy"]);
    one?.leave();
    expect(two?.weigh(2)).toBeNull();
    two?.leave();
    two?.leave();
    expect(reasonsOf(enter(admission, "a", 4, "a-2"))).toEqual(["in", "in", "in", "account_busy"]);
  });
});

describe("what has come lately", () => {
  const limits = { ...LIMITS, accountPerSecond: 2, tenantPerSecond: 3 };

  it("is bounded per account and per tenant, with the time to wait", () => {
    const admission = new Admission(limits);
    admission.charge(subject("a"), 5, 0);
    expect(admission.enter(subject("a"), 0)).toEqual({ reason: "account_rate", retryAfterMs: 1000 });
    admission.charge(subject("a", "a-2"), 2, 0);
    expect(admission.enter(subject("a", "a-3"), 0)).toEqual({ reason: "tenant_rate", retryAfterMs: 667 });
    expect(reasonsOf([admission.enter(subject("a", "a-3"), 667)])).toEqual(["in"]);
    expect(reasonsOf([admission.enter(subject("b"), 0)])).toEqual(["in"]);
  });

  it("is told to whoever only asks, and asking counts nothing", () => {
    const admission = new Admission(LIMITS);
    for (let n = 0; n < 100; n++) expect(admission.refusal(subject("a"), 0)).toBeNull();
    enter(admission, "a", 3);
    expect(admission.refusal(subject("a"), 0)).toMatchObject({ reason: "account_busy" });
  });

  it("does not count whoever was only let in", () => {
    const admission = new Admission(limits);
    for (let n = 0; n < 100; n++) passOf(admission.enter(subject("a"), 0)).leave();
  });
});
