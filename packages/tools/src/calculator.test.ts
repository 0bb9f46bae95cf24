import { describe, expect, it } from "vitest";
import { calculator } from "./calculator.ts";
import { ToolFailure } from "./contract.ts";
import type { NumberFormat } from "./number-format.ts";

const context = {
  fetch: () => Promise.reject(new Error("A calculator has no business outside")),
  idempotencyKey: "k",
  deadline: 0,
  signal: new AbortController().signal,
};
const calculate = async (expression: string, numberFormat: NumberFormat = "auto"): Promise<unknown> =>
  calculator.run({ config: { numberFormat }, input: { expression }, context });

describe("the calculator", () => {
  it.each([
    ["0.1 + 0.2", "0.3"],
    ["0.1 * 3", "0.3"],
    ["1299.90 * 3 * 1.21", "4718.637"],
    ["round(1299.90 * 3 * 1.21, 2)", "4718.64"],
    ["round(2.5)", "3"],
    ["round(-2.5)", "-3"],
    ["round(1234, -2)", "1200"],
    ["2 + 3 * 4", "14"],
    ["(2 + 3) * 4", "20"],
    ["2 ^ 3 ^ 2", "512"],
    ["-2 ^ 2", "-4"],
    ["2 ^ -2", "0.25"],
    ["0 ^ 0", "1"],
    ["(-1) ^ 999999999", "-1"],
    ["10 / 4", "2.5"],
    ["1 / 8", "0.125"],
    ["--3", "3"],
    ["7 % 3", "1"],
    ["-7 % 3", "2"],
    ["7.5 % (2)", "1.5"],
    ["50%", "0.5"],
    ["200 + 10%", "220"],
    ["200 - 10%", "180"],
    ["200 * 10%", "20"],
    ["15% of 80", "12"],
    ["15 % de 80", "12"],
    ["100 + 21% - 10%", "108.9"],
    ["min(3; 1; 2)", "1"],
    ["max(3, 10, 2)", "10"],
    ["max(1,5)", "5"],
    ["max(1,5; 1,2)", "1.5"],
    ["abs(-7,5)", null],
    ["abs(-7.5)", "7.5"],
    ["sqrt(16)", "4"],
    ["√16", "4"],
    ["sqrt(0.25)", "0.5"],
    ["9 ^ 0.5", "3"],
    ["3²", "9"],
    ["2 × 3 ÷ 4 − 1", "0.5"],
    ["1.234,56 + 0", "1234.56"],
    ["1,234.56 + 0", "1234.56"],
    ["1.234.567 + 0", "1234567"],
    ["12,5 * 2", "25"],
    ["0,125 * 8", "1"],
    ["123456789012345678901234567890 + 1", "123456789012345678901234567891"],
    ["99999999999.99 * 99999999999.99", "9999999999998000000000.0001"],
  ])("%s is %s", async (expression, result) => {
    if (result === null) await expect(calculate(expression)).rejects.toBeInstanceOf(ToolFailure);
    else expect(await calculate(expression)).toEqual({ result, exact: true });
  });

  it.each([
    ["10 / 3", "3.3333333333333333333"],
    ["2 / 3", "0.66666666666666666667"],
    ["1 / 7 * 1000000", "142857.14285714285714"],
    ["sqrt(2)", "1.4142135623730950488"],
    ["0.000001 / 7", "0.00000014285714285714285714"],
  ])("%s is rounded and said to be", async (expression, result) =>
    expect(await calculate(expression)).toEqual({ result, exact: false }),
  );

  it("reads numbers the way the author of the agent says", async () => {
    expect(await calculate("1.234 * 2", "es")).toMatchObject({ result: "2468" });
    expect(await calculate("1.234,5 * 2", "es")).toMatchObject({ result: "2469" });
    expect(await calculate("1,234 * 2", "en")).toMatchObject({ result: "2468" });
    expect(await calculate("1.234 * 2", "en")).toMatchObject({ result: "2.468" });
    expect(await calculate("1.234 * 2")).toMatchObject({ result: "2.468" });
  });

  it("does not guess what 1,234 means", async () => {
    await expect(calculate("1,234 * 2")).rejects.toThrow(/1234 or 1\.234/);
  });

  it.each([
    "",
    "   ",
    "1 +",
    "* 2",
    "(1",
    "1)",
    "()",
    "1 2",
    "1..2",
    "1.2.3",
    "12.34.567",
    "1,23,4",
    "5 / 0",
    "5 % 0",
    "0 ^ -1",
    "sqrt(-1)",
    "2 ^ 0.3",
    "min()",
    "round(1, 2, 3)",
    "round(1, 0.5)",
    "round(1, 1000)",
    "x + 1",
    "alert(1)",
    "constructor(1)",
    "__proto__(1)",
    "toString()",
    "process.exit()",
    "this",
    "1; 2",
    "2 $ 3",
    "'a'",
    "1e999",
    "🙂",
    "\u0000",
  ])("refuses %j with a reason a model can use", async (expression) => {
    const error: unknown = await calculate(expression).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ToolFailure);
    expect(error).toMatchObject({ code: "CANNOT_CALCULATE", retryable: false });
  });

  it.each([
    "9^9^9",
    "9^9^9^9^9",
    "10^100000",
    "(1/3)^99999",
    "((((9^999)^999)^999)^999)",
    "2^99999999999999999999",
    `${"(".repeat(490)}1${")".repeat(490)}`,
    "-".repeat(999),
    `2${"^2".repeat(400)}`,
    `${"1/".repeat(400)}3`,
    `${"9".repeat(1000)}`,
    `${"sqrt(".repeat(60)}2${")".repeat(60)}`,
    Array.from({ length: 200 }, (_, n) => `1/${n + 1009}`).join("+"),
  ])("is done with %.20s in no time", async (expression) => {
    // Work, not waiting: others may have the processor meanwhile.
    const from = process.threadCpuUsage();
    await calculate(expression).catch((reason: unknown) => expect(reason).toBeInstanceOf(ToolFailure));
    const { user, system } = process.threadCpuUsage(from);
    expect((user + system) / 1000).toBeLessThan(500);
  });
});
