import { describe, expect, it } from "vitest";
import { choicesOf, withChoices } from "./choices.ts";

describe("choices at the end of an answer", () => {
  it("become buttons", () => {
    expect(choicesOf("¿Cuándo te viene bien?\n\n- [ ] Por la mañana\n- [ ] **Por la tarde**\n")).toEqual({
      text: "¿Cuándo te viene bien?",
      buttons: [
        { id: "Por la mañana", title: "Por la mañana" },
        { id: "Por la tarde", title: "Por la tarde" },
      ],
    });
  });

  it.each([
    ["a list of things", "Tenemos:\n- rojo\n- azul"],
    ["a task list in the middle", "Pasos:\n- [ ] Pagar\n\nY listo."],
    ["nothing but a list", "- [ ] Sí\n- [ ] No"],
    ["more than anybody would tap", `¿Cuál?\n${Array.from({ length: 21 }, (_, i) => `- [ ] ${i}`).join("\n")}`],
    ["an empty item", "¿Cuál?\n- [ ] "],
  ])("are not %s", (_, text) => {
    expect(choicesOf(text)).toEqual({ text });
  });

  it("are offered once each and read back as they were written", () => {
    const { text, buttons } = choicesOf("¿Seguimos?\n- [ ] Sí\n- [x] No\n- [ ] Sí");
    expect(buttons?.map(({ title }) => title)).toEqual(["Sí", "No"]);
    expect(withChoices(text, buttons)).toBe("¿Seguimos?\n\n- [ ] Sí\n- [ ] No");
    expect(choicesOf(withChoices(text, buttons))).toEqual({ text, buttons });
  });
});
