import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { literalsOf, parseTemplate, renderTemplate, usesTime, VARIABLES } from "./template.ts";

const VALUES: Record<string, string | undefined> = { "contact.name": "Ana", channel: "whatsapp", "agent.name": "" };
const render = (text: string): string => renderTemplate(parseTemplate(text).parts, (variable) => VALUES[variable]);

describe("a template", () => {
  it.each([
    ["Hola, {{contact.name}}.", "Hola, Ana."],
    ["{{ contact.name }}{{channel}}", "Anawhatsapp"],
    ['Soy {{agent.name or "tu ayudante"}}', "Soy tu ayudante"],
    ['{{ contact.language or "" }}|', "|"],
    ["{{contact.language}}|", "|"],
    ["Escribe \\{{contact.name}} así", "Escribe {{contact.name}} así"],
    ["{ {contact.name} } {}", "{ {contact.name} } {}"],
    ["", ""],
  ])("%j is %j", (text, shown) => {
    expect(parseTemplate(text).problems).toEqual([]);
    expect(render(text)).toBe(shown);
  });

  it.each([
    ["{{contact.nmae}}", "Unknown variable contact.nmae"],
    ["{{toString}}", "Unknown variable toString"],
    ["Hola {{contact.name", "never closed"],
    ["{{ 1 + 1 }}", "no variable"],
    ["{{#each contacts}}", "no variable"],
    ['{{contact.name or "a"b"}}', "no variable"],
    ["{{}}", "no variable"],
  ])("%j is refused, and shown as it was written", (text, problem) => {
    expect(parseTemplate(text).problems).toEqual([expect.stringContaining(problem)]);
    expect(render(text)).toBe(text);
  });

  it("never reads a value as a template", () => {
    const parts = parseTemplate("{{contact.name}}").parts;
    expect(renderTemplate(parts, () => "{{channel}}")).toBe("{{channel}}");
  });

  it("says any text without braces as it is, and reads any text at all", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { parts, problems } = parseTemplate(text);
        if (!text.includes("{{")) expect(renderTemplate(parts, () => "x")).toBe(text);
        expect(problems.length).toBeLessThanOrEqual(5);
      }),
    );
    expect(parseTemplate("{{".repeat(25_000)).problems).toHaveLength(1);
    expect(parseTemplate("{{x}}".repeat(10_000)).problems).toHaveLength(5);
  });

  it("knows when it depends on the moment, and what the author wrote themselves", () => {
    expect(usesTime(parseTemplate("Hoy es {{date.today}}").parts)).toBe(true);
    expect(usesTime(parseTemplate("{{contact.name}}").parts)).toBe(false);
    expect(literalsOf(parseTemplate("Saluda a {{contact.name}} y despídete").parts)).toBe("Saluda a \n y despídete");
    for (const name of Object.keys(VARIABLES)) expect(parseTemplate(`{{${name}}}`).problems).toEqual([]);
  });
});
