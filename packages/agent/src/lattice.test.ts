import type { DeliveryState } from "@charla/domain/inbound";
import type { OutState } from "@charla/domain/log";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance } from "./lattice.ts";

const reported = fc.constantFrom<DeliveryState>("sent", "delivered", "read", "failed");
const run = (start: OutState, reports: DeliveryState[]): OutState => reports.reduce(advance, start);

describe("advance", () => {
  it("ends in the same state whatever the order of good news", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<DeliveryState>("sent", "delivered", "read"), { minLength: 1 }),
        (reports) => {
          expect(run("sending", reports)).toBe(run("sending", reports.toSorted().toReversed()));
        },
      ),
    );
  });

  it("never goes back from delivered or read", () => {
    fc.assert(
      fc.property(fc.constantFrom<OutState>("delivered", "read"), fc.array(reported), (start, reports) => {
        const end = run(start, reports);
        expect(end === start || end === "read").toBe(true);
      }),
    );
  });

  it("is settled by repeats: telling the same twice changes nothing", () => {
    fc.assert(
      fc.property(fc.array(reported, { minLength: 1 }), (reports) => {
        expect(run("sending", [...reports, ...reports.slice(-1)])).toBe(run("sending", reports));
      }),
    );
  });

  it.each<[OutState, DeliveryState, OutState]>([
    ["sending", "sent", "sent"],
    ["sending", "read", "read"],
    ["unknown", "delivered", "delivered"],
    ["sent", "failed", "failed"],
    ["failed", "sent", "failed"],
    ["failed", "delivered", "delivered"],
    ["delivered", "failed", "delivered"],
    ["dropped", "delivered", "dropped"],
  ])("%s + %s = %s", (from, report, to) => {
    expect(advance(from, report)).toBe(to);
  });
});
