import * as z from "zod";
import { defineToolKind, ToolFailure } from "./contract.ts";
import { evaluate } from "./expression.ts";
import { ArithmeticFault, toDecimal } from "./rational.ts";

const Config = z.strictObject({
  numberFormat: z
    .enum(["auto", "es", "en"])
    .default("auto")
    .describe("How 1.234 and 1,234 are read: es 1.234,56; en 1,234.56"),
});

const Input = z.strictObject({
  expression: z
    .string()
    .min(1)
    .max(1000)
    .describe("For example: round(1299.90 * 3 * 1.21, 2)  or  15% of 80  or  200 - 10%"),
});

export const calculator = defineToolKind({
  kind: "calculator",
  label: { es: "Calculadora exacta", en: "Exact calculator" },
  defaultDescription:
    "Calculates exactly with decimal numbers: + - * / ^, parentheses, percentages (200 - 10% is 180; 15% of 80 is 12), " +
    "remainder (7 % 3), round(x, places), min, max, abs, sqrt. Always use it instead of calculating yourself.",
  configSchema: Config,
  inputSchema: () => Input,
  effect: () => "read",
  timeoutMs: () => 1000,
  run: async ({ config, input }) => {
    try {
      const { value, exact } = evaluate(input.expression, config.numberFormat);
      const decimal = toDecimal(value, { exact });
      if (decimal.text.length > 1000) throw new ArithmeticFault("The result has too many digits");
      return { result: decimal.text, exact: decimal.exact };
    } catch (error) {
      if (error instanceof ArithmeticFault) throw new ToolFailure("CANNOT_CALCULATE", error.message);
      throw error;
    }
  },
});
