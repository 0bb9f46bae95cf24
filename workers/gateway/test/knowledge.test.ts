import { strToU8, zipSync } from "fflate";
import { beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { bearer, call, newKey, newTenant, type Answer, type Tenant } from "./world.ts";

const PATIENCE = { timeout: 15_000, interval: 50 };

const Document = z.looseObject({ id: z.string(), status: z.string(), passages: z.int(), indexedPassages: z.int() });
const Search = z.looseObject({
  found: z.boolean(),
  terms: z.array(z.string()),
  passages: z.array(
    z.looseObject({
      documentId: z.string(),
      title: z.string(),
      heading: z.string(),
      text: z.string(),
      lexical: z.object({ rank: z.int(), score: z.number() }).nullable(),
      vector: z.object({ rank: z.int(), score: z.number() }).nullable(),
    }),
  ),
});

let tenant: Tenant;
let baseId: string;
beforeAll(async () => {
  tenant = await newTenant();
}, 60_000);

const as = (who: Tenant, path: string, method = "GET", body?: unknown): Promise<Answer> =>
  call(path, { method, headers: bearer(who.key), ...(body === undefined ? {} : { body }) });

async function newBase(): Promise<string> {
  const answer = await as(tenant, "/v1/knowledge-bases", "POST", { name: "Tienda" });
  expect(answer.status).toBe(201);
  return z.object({ id: z.string() }).parse(answer.json).id;
}

const upload = (name: string, raw: BodyInit, base = baseId): Promise<Answer> =>
  call(`/v1/knowledge-bases/${base}/documents?name=${encodeURIComponent(name)}`, {
    method: "POST",
    headers: { ...bearer(tenant.key), "content-type": "application/octet-stream" },
    raw,
  });

const read = async (id: string, base = baseId) =>
  Document.parse((await as(tenant, `/v1/knowledge-bases/${base}/documents/${id}`)).json);

/** Uploads and waits until it is read, or failed. */
async function uploaded(name: string, raw: BodyInit) {
  const answer = await upload(name, raw);
  expect([answer.status, answer.text]).toEqual([202, expect.any(String)]);
  const { id } = Document.parse(answer.json);
  return vi.waitFor(async () => {
    const document = await read(id);
    expect(["ready", "failed"]).toContain(document.status);
    return document;
  }, PATIENCE);
}

async function search(query: string, bases = [baseId], who = tenant) {
  const answer = await as(who, "/v1/knowledge/search", "POST", { query, knowledgeBaseIds: bases });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return Search.parse(answer.json);
}

const RETURNS = `# Devoluciones

Tienes 30 días desde que recibes el paquete para devolver lo que no te guste.

## Productos rebajados

Lo comprado en rebajas se cambia por un vale, no se reembolsa.

# Envíos

Los pedidos salen de Valencia cada tarde y llegan en 48 horas a la península.
`;

describe("a knowledge base", () => {
  beforeAll(async () => {
    baseId = await newBase();
  });

  it("finds a passage of an uploaded document by its words and by its meaning, and says why", async () => {
    const document = await uploaded("condiciones.md", RETURNS);
    expect(document).toMatchObject({ status: "ready", passages: 3, indexedPassages: 3, language: "es", error: null });
    const { found, passages } = await search("¿Puedo devolver algo que compré en las rebajas?");
    expect(found).toBe(true);
    expect(passages[0]).toMatchObject({
      documentId: document.id,
      title: "condiciones.md",
      heading: "Devoluciones > Productos rebajados",
      text: "Lo comprado en rebajas se cambia por un vale, no se reembolsa.",
      lexical: { rank: expect.any(Number), score: expect.any(Number) },
      vector: { rank: expect.any(Number), score: expect.any(Number) },
    });
  });

  it("says that it found nothing rather than show what is about something else", async () => {
    expect(await search("¿Quién ganó el mundial de ajedrez?")).toMatchObject({ found: false, passages: [] });
  });

  it("is not led astray by the syntax of the index or by a question without words", async () => {
    for (const query of ['") OR base:("', "NEAR(a b) * ^ -", "¿?¡!", "👍", "a".repeat(2000)])
      expect((await search(query)).passages).toEqual([]);
    expect((await search('"rebajas" OR (NOT')).found).toBe(true);
  });

  it("reads a spreadsheet's rows, a page and a letter", async () => {
    const csv = "Producto;Talla;Precio\nBotas Sierra;42;89,90\nSandalias Duna;38;34,50\n";
    expect(await uploaded("precios.csv", csv)).toMatchObject({ status: "ready", mime: "text/csv" });
    expect((await search("precio de las botas Sierra")).passages[0]?.text).toContain(
      "Producto: Botas Sierra | Talla: 42 | Precio: 89,90",
    );
    const html =
      "<!doctype html><html><head><title>x</title><style>p{}</style></head><body><nav>Inicio</nav><h1>Garant&iacute;a</h1><p>La garantía cubre <b>tres años</b>.</p><script>alert('cubre')</script></body></html>";
    await uploaded("garantia.html", html);
    const page = (await search("¿Cuánto dura la garantía?")).passages[0];
    expect(page).toMatchObject({ heading: "Garantía", text: "La garantía cubre tres años." });
    const docx = zipSync({
      "word/document.xml": strToU8(
        '<w:document><w:p><w:pPr><w:pStyle w:val="Ttulo1"/></w:pPr><w:r><w:t>Aparcamiento</w:t></w:r></w:p><w:p><w:r><w:t>Hay plazas gratuitas en el sótano.</w:t></w:r></w:p></w:document>',
      ),
    });
    await uploaded("local.docx", docx);
    expect((await search("plazas de aparcamiento")).passages[0]).toMatchObject({ heading: "Aparcamiento" });
  });

  it("finds a question with its answer", async () => {
    const answer = await as(tenant, `/v1/knowledge-bases/${baseId}/answers`, "POST", {
      question: "¿Hacéis envoltorio para regalo?",
      answer: "Sí, sin coste: díselo a quien te cobre.",
    });
    const { id } = Document.parse(answer.json);
    await vi.waitFor(async () => expect((await read(id)).status).toBe("ready"), PATIENCE);
    expect((await search("¿lo envolvéis para regalo?")).passages[0]?.text).toContain("sin coste");
  });
});

describe("a document", () => {
  beforeAll(async () => {
    baseId = await newBase();
  });

  it("that cannot be read says why, in both languages", async () => {
    const picture = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0]);
    expect(await uploaded("foto.png", picture)).toMatchObject({
      status: "failed",
      error: { code: "unsupported", es: expect.stringContaining("no se lee"), en: expect.stringContaining("not read") },
    });
    expect(await uploaded("roto.pdf", "%PDF-1.7\nnada")).toMatchObject({ status: "failed", error: { code: "broken" } });
  });

  it("that comes twice is one document, and its words in two places are shown once", async () => {
    const [first, second] = await Promise.all([
      upload("a.txt", "El ascensor no funciona."),
      upload("b.txt", "El ascensor no funciona."),
    ]);
    expect(Document.parse(first.json).id).toBe(Document.parse(second.json).id);
    await uploaded("c.txt", "El ascensor no funciona.\n\n");
    expect((await search("ascensor")).passages).toHaveLength(1);
  });

  it("that is deleted is not found any more, and may come back", async () => {
    const { id } = await uploaded("piscina.txt", "La piscina abre en junio.");
    expect((await search("piscina")).found).toBe(true);
    expect((await as(tenant, `/v1/knowledge-bases/${baseId}/documents/${id}`, "DELETE")).status).toBe(204);
    expect((await search("piscina")).found).toBe(false);
    expect((await as(tenant, `/v1/knowledge-bases/${baseId}/documents/${id}`)).status).toBe(404);
    const again = await uploaded("piscina.txt", "La piscina abre en junio.");
    expect(again.id).not.toBe(id);
    expect((await search("piscina")).found).toBe(true);
  });

  it("that is indexed again is found all along", async () => {
    const { id } = await uploaded("gimnasio.txt", "El gimnasio tiene sauna.");
    expect((await as(tenant, `/v1/knowledge-bases/${baseId}/documents/${id}/reindex`, "POST")).status).toBe(202);
    expect((await search("sauna")).found).toBe(true);
    await vi.waitFor(
      async () => expect(await read(id)).toMatchObject({ status: "ready", indexedPassages: 1 }),
      PATIENCE,
    );
    expect((await search("sauna")).passages).toHaveLength(1);
  });

  it.each([
    ["without bytes", "vacio.txt", "", 400],
    ["without a name that can be shown", " ", "texto", 400],
  ])("%s is refused", async (_what, name, body, status) => {
    expect((await upload(name, body)).status).toBe(status);
  });
});

describe("between tenants", () => {
  it("nothing is found, read or deleted", async () => {
    baseId = await newBase();
    const { id } = await uploaded("secreto.txt", "La clave del almacén es ornitorrinco.");
    const stranger = await newTenant();
    for (const [path, method] of [
      [`/v1/knowledge-bases/${baseId}`, "GET"],
      [`/v1/knowledge-bases/${baseId}`, "DELETE"],
      [`/v1/knowledge-bases/${baseId}/documents`, "GET"],
      [`/v1/knowledge-bases/${baseId}/documents/${id}`, "DELETE"],
    ] as const)
      expect((await as(stranger, path, method)).status).toBe(404);
    const body = { query: "ornitorrinco", knowledgeBaseIds: [baseId] };
    expect((await as(stranger, "/v1/knowledge/search", "POST", body)).status).toBe(422);
    expect((await search("ornitorrinco", [stranger.knowledgeBaseId], stranger)).passages).toEqual([]);
    expect((await search("ornitorrinco")).found).toBe(true);
  }, 60_000);

  it("an agent is not published with a knowledge base that is not there", async () => {
    const agent = await as(tenant, "/v1/agents", "POST", {
      settings: {
        name: "Ada",
        model: { provider: "workers-ai", model: "m" },
        knowledge: { bases: ["kb_01kbd0mz3v7q2x9c4f6g8h1j5k"] },
      },
    });
    const { id } = z.object({ id: z.string() }).parse(agent.json);
    expect((await as(tenant, `/v1/agents/${id}/publish`, "POST", {})).status).toBe(422);
  });

  it("a key that may only read changes nothing", async () => {
    const { key } = await newKey(tenant.id, ["knowledge.read"]);
    const answer = await call("/v1/knowledge-bases", { method: "POST", headers: bearer(key), body: { name: "x" } });
    expect(answer.status).toBe(403);
  });
});
