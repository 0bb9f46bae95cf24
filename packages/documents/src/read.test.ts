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
