import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunksOf, MAX_CHUNKS } from "./chunk.ts";

const bodies = (text: string): string[] => chunksOf(text).chunks.map(({ body }) => body);

describe("chunksOf", () => {
  it("never puts two headings into one passage, and keeps the way to each", () => {
    const { chunks } = chunksOf("# Tienda\nHola.\n## Horario\nDe 9 a 14.\n### Agosto\nCerrado.\n## Pagos\nTarjeta.");
    expect(chunks.map(({ heading, body }) => `${heading}: ${body}`)).toEqual([
      "Tienda: Hola.",
      "Tienda > Horario: De 9 a 14.",
      "Tienda > Horario > Agosto: Cerrado.",
      "Tienda > Pagos: Tarjeta.",
    ]);
  });

  it("keeps rows whole and names their columns in each", () => {
    const rows = Array.from({ length: 60 }, (_, at) => `Producto ${at}\t${at},50 €\tTalla ${at}`);
    const parts = bodies(`Nombre\tPrecio\tTalla\n${rows.join("\n")}`);
    expect(parts.length).toBeGreaterThan(1);
    for (const line of parts.flatMap((part) => part.split("\n")))
      expect(line).toMatch(/^Nombre: Producto \d+ \| Precio: [\d,]+ € \| Talla: Talla \d+$/);
    expect(parts.join("\n").split("\n")).toHaveLength(60);
  });

  it("reads Markdown's tables without their rules", () => {
    expect(bodies("| Zona | Precio |\n|---|---:|\n| A | 4 € |")).toEqual(["Zona: A | Precio: 4 €"]);
  });

  it("cuts long prose at sentences, and loses none of it", () => {
    const sentences = Array.from({ length: 80 }, (_, at) => `Esta es la frase número ${at} del reglamento interno.`);
    const parts = bodies(sentences.join(" "));
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(1400);
      expect(part).toMatch(/^Esta es .*interno\.$/s);
    }
    expect(parts.join(" ")).toBe(sentences.join(" "));
  });

  it("keeps once what is there twice, and notes the language of each passage", () => {
    const { chunks } = chunksOf(
      "# A\nEl pie de página que se repite en el documento.\n# A\nEl pie de página que se repite en el documento.\n# B\nThe opening hours are on the door of the shop.",
    );
    expect(chunks.map(({ language }) => language)).toEqual(["es", "en"]);
  });

  it("says when there is more than is kept", () => {
    const { chunks, complete } = chunksOf(
      Array.from({ length: MAX_CHUNKS + 5 }, (_, at) => `# ${at}\ntexto ${at}`).join("\n"),
    );
    expect([chunks.length, complete]).toEqual([MAX_CHUNKS, false]);
  });

  it("holds whatever the text is: passages are bounded, well-formed and hold its words", () => {
    const line = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("# a", "|", "a|b", "\t", "", "---|---", "x".repeat(3000)),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const { body, heading } of chunksOf(lines.join("\n")).chunks) {
          expect(body.length).toBeGreaterThan(0);
          expect(body.length).toBeLessThanOrEqual(1400);
          expect(body.isWellFormed()).toBe(true);
          expect(heading.length).toBeLessThanOrEqual(300);
        }
      }),
    );
  });
});
