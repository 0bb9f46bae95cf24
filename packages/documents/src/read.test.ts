import { readFileSync } from "node:fs";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, Unreadable } from "./document.ts";
import { documentText } from "./read.ts";

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
const textOf = async (bytes: Uint8Array, limits = {}): Promise<string> =>
  (await documentText(bytes, { ...DEFAULT_LIMITS, ...limits })).text;
const reasonOf = async (bytes: Uint8Array): Promise<string> => {
  try {
    await documentText(bytes);
    return "read";
  } catch (error) {
    return error instanceof Unreadable ? error.reason : String(error);
  }
};

describe("documents as office programs write them", () => {
  it("reads a letter with a table, row by row", async () => {
    const text = await textOf(fixture("tarifa.docx"));
    expect(text).toContain("Tarifa de otoño");
    expect(text).toMatch(/Producto\s+\| Precio/);
    expect(text).toMatch(/Camiseta & pantalón\s+\| 39,90 €/);
    expect(text).toContain("Zapato <niño>");
    expect(text.trimEnd().endsWith("¿Dudas? Escríbenos.")).toBe(true);
  });

  it("reads a spreadsheet: dates as dates, sums as seen, hidden sheets not at all", async () => {
    const lines = (await textOf(fixture("pedidos.xlsx"))).split("\n");
    expect(lines).toContain("# Pedidos");
    expect(lines).toContain("1001\t2026-11-03\t0.3\tTRUE\t\tnota suelta");
    expect(lines).toContain("1002\t2026-11-04 09:30\t1250.5\tFALSE");
    expect(lines).toContain("Núñez, S.L.\tlínea 1 línea 2");
    expect(lines.join("\n")).not.toContain("secreto");
  });

  it("reads every page of a PDF", async () => {
    const text = await textOf(fixture("factura.pdf"));
    expect(text).toContain("Factura 2026-118");
    expect(text).toContain("Condiciones: pago a 30 dias");
  });

  it("reads text in the encodings that people's files have", async () => {
    expect(await textOf(new TextEncoder().encode("código;año\n1;2026"))).toBe("código;año\n1;2026");
    expect(await textOf(Uint8Array.from([0xff, 0xfe, 0xf1, 0x00, 0x61, 0x00]))).toBe("ña");
    expect(await textOf(Uint8Array.from([0x61, 0xf1, 0x6f]))).toBe("año");
  });
});

describe("structure", () => {
  const csv = (text: string) => documentText(new TextEncoder().encode(text), DEFAULT_LIMITS, "text/csv");

  it.each([
    ["semicolons", 'Nombre;Precio\n"Botas; altas";89,90', "Nombre\tPrecio\nBotas; altas\t89,90"],
    ["commas", 'Name,Price\r\n"Boots ""XL""",89.90\r\n', 'Name\tPrice\nBoots "XL"\t89.90'],
    ["lines inside of cells", 'a,b\n"one\ntwo",3', "a\tb\none two\t3"],
    ["a quote that never ends", 'a,b\n"one,2', "a\tb\none,2"],
  ])("keeps rows of a table with %s", async (_what, source, text) => {
    expect((await csv(source)).text).toBe(text);
  });

  it("keeps headings, lists and rows of a page, and leaves out what nobody reads", async () => {
    const page = `<!DOCTYPE html><html><head><title>T</title><script>if (a < b) { "</p>" }</script></head><body>
      <nav><a href="/">Inicio</a></nav><h2>Env&iacute;os &amp; plazos</h2><p>Llegan en <b>48</b>&nbsp;h.<br>Sin coste.</p>
      <ul><li>Península<li>Baleares</ul><table><tr><th>Zona</th><th>Precio</th></tr><tr><td>A</td><td>4 €</td></tr></table>
      <!-- nota --><style>p{}</style></body></html>`;
    expect(await textOf(new TextEncoder().encode(page))).toBe(
      "## Envíos & plazos\n\nLlegan en 48 h.\nSin coste.\n\n- Península\n- Baleares\n\nZona | Precio\nA | 4 €",
    );
  });

  it("keeps the headings of a letter, whatever language its program speaks", async () => {
    const paragraph = (style: string, text: string): string =>
      `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
    const xml = `<w:document>${paragraph("Heading1", "Uno")}${paragraph("Ttulo2", "Dos")}${paragraph("Normal", "Tres")}</w:document>`;
    expect(await textOf(zipSync({ "word/document.xml": strToU8(xml) }))).toBe("# Uno\n## Dos\nTres");
  });

  it("reads a page of a hundred thousand open elements in a moment", async () => {
    const page = `<html>${"<div><script>".repeat(100_000)}</script><p>fin`;
    expect(await reasonOf(new TextEncoder().encode(page))).toMatch(/read|empty/);
  });
});

describe("what cannot be read", () => {
  it.each([
    ["locked", fixture("protegida.pdf")],
    ["empty", fixture("escaneado.pdf")],
    ["broken", fixture("factura.pdf").slice(0, 60)],
    ["broken", fixture("tarifa.docx").slice(0, 400)],
    ["unsupported", Uint8Array.from([0x4d, 0x5a, 0x90, 0x00])],
    ["unsupported", zipSync({ "a.txt": strToU8("hola") })],
    ["unsupported", new Uint8Array(0)],
    ["empty", new TextEncoder().encode("  \n ")],
  ])("is called %s", async (reason, bytes) => {
    expect(await reasonOf(bytes)).toBe(reason);
  });

  it("includes an archive that grows beyond all measure when it is opened", async () => {
    const bomb = zipSync({ "word/document.xml": new Uint8Array(80 * 1_048_576) });
    expect(bomb.length).toBeLessThan(200_000);
    expect(await reasonOf(bomb)).toBe("too_large");
  }, 60_000);

  it("never is anything but a reason or a text, whatever the bytes are", async () => {
    const sources = ["tarifa.docx", "pedidos.xlsx", "factura.pdf"].map(fixture);
    const damaged = fc.record({ source: fc.constantFrom(...sources), at: fc.nat(), byte: fc.nat(255), cut: fc.nat() });
    await fc.assert(
      fc.asyncProperty(damaged, async ({ source, at, byte, cut }) => {
        const bytes = source.slice(0, source.length - (cut % 50));
        bytes[at % bytes.length] = byte;
        expect(["read", "broken", "locked", "empty", "unsupported", "too_large"]).toContain(await reasonOf(bytes));
      }),
      { numRuns: 200 },
    );
  });
});

describe("limits", () => {
  it("cut the text and say so", async () => {
    const long = await documentText(new TextEncoder().encode("ñ".repeat(100_000)), { ...DEFAULT_LIMITS, maxChars: 10 });
    expect(long).toEqual({ text: "ñ".repeat(10), truncated: true });
    const rows = await documentText(fixture("pedidos.xlsx"), { ...DEFAULT_LIMITS, maxRows: 2 });
    expect(rows.truncated).toBe(true);
    expect(rows.text).not.toContain("1002");
    expect((await documentText(fixture("factura.pdf"), { ...DEFAULT_LIMITS, maxPages: 1 })).truncated).toBe(true);
  });

  it("hold for XML that opens a hundred thousand elements and closes none", async () => {
    const xml = `<w:document>${"<w:p>".repeat(100_000)}<w:t>fin</w:t>`;
    expect(await textOf(zipSync({ "word/document.xml": strToU8(xml) }))).toBe("fin");
  });
});
