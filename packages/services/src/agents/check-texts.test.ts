import { AgentSettings } from "@charla/domain/release";
import { describe, expect, it } from "vitest";
import { checkTexts } from "./check-texts.ts";

const settings = (more: object): AgentSettings =>
  AgentSettings.parse({ name: "Ana", model: { provider: "workers-ai", model: "m" }, ...more });
const key = `sk-proj-${"a1B2c3D4".repeat(5)}`;

describe("checkTexts", () => {
  it("takes variables that exist, wherever an author may write them", () => {
    const text = 'Hola {{contact.name or "amigo"}}, de {{tenant.name}}';
    expect(() =>
      checkTexts(
        settings({
          instructions: text,
          prompt: { objective: text, context: text, format: text, tone: text, warnings: text },
          guardrails: [{ name: "g", rule: text, answer: text }],
          handoverRules: [{ name: "h", when: text }],
          channels: { whatsapp: { instructions: text } },
        }),
      ),
    ).not.toThrow();
  });

  it.each([
    ["settings.instructions", { instructions: "{{contact.mail}}" }, "Unknown variable contact.mail"],
    ["settings.prompt.tone", { prompt: { tone: "{{" } }, "never closed"],
    ["settings.guardrails.0.answer", { guardrails: [{ name: "g", rule: "r", answer: `Usa ${key}` }] }, "an API key"],
    [
      "settings.handoverRules.1.when",
      {
        handoverRules: [
          { name: "a", when: "w" },
          { name: "b", when: "{{x}}" },
        ],
      },
      "Unknown",
    ],
    ["settings.channels.voice.instructions", { channels: { voice: { instructions: key } } }, "an API key"],
    ["settings.tools.0.name", { tools: [{ name: "hand_over", kind: "calculator" }] }, "the platform's own"],
    ["settings", { instructions: "a".repeat(45_000), prompt: { context: "b".repeat(16_000) } }, "61000 characters"],
  ])("names %s", (path, more, message) => {
    expect(() => checkTexts(settings(more))).toThrow(
      expect.objectContaining({
        code: "UNPROCESSABLE",
        details: { fields: [{ path, message: expect.stringContaining(message) }] },
      }),
    );
  });

  it("never repeats what it takes for a secret", () => {
    try {
      checkTexts(settings({ instructions: `La clave es ${key}` }));
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain(key);
    }
  });
});
