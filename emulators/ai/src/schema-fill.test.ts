import { describe, expect, it } from "vitest";
import type { JsonSchema } from "./chat-request.ts";
import { fillSchema } from "./schema-fill.ts";

const fill = (text: string, properties: Record<string, JsonSchema>) =>
  fillSchema({ type: "object", properties, required: Object.keys(properties) }, { text, reply: "the reply" });

describe("filling a schema", () => {
  it("classifies by meaning", () => {
    const category: JsonSchema = { type: "string", enum: ["billing", "shipping", "returns", "other"] };
    expect(fill("I want my money back, how do refunds work?", { category })).toEqual({ category: "returns" });
    expect(fill("mi envío no llega", { category })).toEqual({ category: "shipping" });
    expect(fill("qwerty", { category })).toEqual({ category: "other" });
  });

  it("hears mood, urgency and language", () => {
    const asked: Record<string, JsonSchema> = {
      mood: { enum: ["positive", "neutral", "negative"] },
      urgent: { type: "boolean" },
      language: { type: "string" },
    };
    expect(fill("This is terrible, I need it asap", asked)).toEqual({ mood: "negative", urgent: true, language: "en" });
    expect(fill("Muchas gracias, todo genial", asked)).toEqual({ mood: "positive", urgent: false, language: "es" });
  });

  it("takes values out of the text and leaves null what is not there", () => {
    const asked: Record<string, JsonSchema> = {
      name: { type: "string" },
      age: { type: "integer" },
      email: { type: "string" },
      phone: { type: ["string", "null"] },
    };
    expect(fill("My name is Ada Lovelace, I am 36, ada@example.com", asked)).toEqual({
      name: "Ada Lovelace",
      age: 36,
      email: "ada@example.com",
      phone: null,
    });
  });

  it("collects what a person said about themselves", () => {
    expect(
      fill("Me llamo Ana. Mi talla es 38. ¿Tenéis botas?", { facts: { type: "array", items: { type: "string" } } }),
    ).toEqual({ facts: ["Me llamo Ana.", "Mi talla es 38."] });
  });

  it("keeps to bounds, references and constants", () => {
    const schema: JsonSchema = {
      type: "object",
      properties: {
        kind: { const: "x" },
        confidence: { type: "number", minimum: 0, maximum: 1 },
        rating: { $ref: "#/$defs/stars" },
        tags: { type: "array", items: { type: "string" }, minItems: 2, maxItems: 3 },
      },
      required: ["kind", "confidence", "rating", "tags"],
      $defs: { stars: { type: "integer", minimum: 1, maximum: 5 } },
    };
    const filled = fillSchema(schema, { text: "zapatos rojos zapatos 9", reply: "" });
    expect(filled).toMatchObject({ kind: "x", rating: 5, tags: ["zapatos", "rojos"] });
    expect(filled).toHaveProperty("confidence", expect.closeTo(0.4, 1));
  });
});
