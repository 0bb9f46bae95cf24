import { describe, expect, it } from "vitest";
import * as spanish from "../src/site/docs-spanish.ts";
import { openApiDocument } from "../src/site/openapi.ts";
import { docsPage } from "../src/site/docs-page.ts";
import { send } from "./world.ts";

const pageIn = async (path: string, acceptLanguage: string): Promise<{ html: string; headers: Headers }> => {
  const response = await send(path, { headers: { "accept-language": acceptLanguage } });
  return { html: await response.text(), headers: response.headers };
};

const operations = Object.values(openApiDocument().paths).flatMap((methods) => Object.values(methods));

describe("the reference", () => {
  it("is in the language that the browser asks for, and caches know", async () => {
    const spanishPage = await pageIn("/docs", "es-MX,es;q=0.9,en;q=0.5");
    expect(spanishPage.html).toContain('<html lang="es">');
    expect(spanishPage.html).toContain("Publicar un agente");
    expect(spanishPage.headers.get("content-language")).toBe("es");
    expect(spanishPage.headers.get("vary")?.toLowerCase()).toContain("accept-language");
    const englishPage = await pageIn("/docs", "en-GB");
    expect(englishPage.html).toContain('<html lang="en">');
    expect(englishPage.html).toContain("Publish an agent");
  });

  it("has a switch that wins over the browser, and says which language it shows", async () => {
    const { html } = await pageIn("/docs?lang=en", "es");
    expect(html).toContain('<html lang="en">');
    expect(html).toMatch(/<a href="\/docs\?lang=en"[^>]*aria-current="true"/);
    expect(html).toMatch(/<a href="\/docs\?lang=es" lang="es"(?![^>]*aria-current)/);
    expect((await pageIn("/docs?lang=fr", "en")).html).toContain('<html lang="en">');
  });

  it("keeps no Spanish text for what does not exist", () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(Object.keys(spanish.operations).filter((id) => !ids.includes(id))).toEqual([]);
    const names = openApiDocument().tags.map(({ name }) => name);
    expect(Object.keys(spanish.tags).filter((name) => !names.includes(name))).toEqual([]);
  });

  it("marks what is not translated as English", () => {
    const own = {
      operationId: "doNew",
      summary: "Do a new thing",
      description: "Brand new.\n\nNeeds the platform key.",
    };
    const tags = [{ name: "things", description: "Something new." }];
    const paths = { "/v1/things": { post: { ...own, tags: ["things"] } } };
    const html = docsPage({ ...openApiDocument(), tags, paths }, "es");
    expect(html).toContain('<span lang="en">Do a new thing</span>');
    expect(html).toContain('<p lang="en">Brand new.</p>');
    expect(html).toContain("<p>Necesita la clave de la plataforma.</p>");
  });

  it("can be walked with the keyboard alone: past the menu, into what scrolls", async () => {
    const { html } = await pageIn("/docs", "es");
    expect(html).toMatch(/<body>\s*<a class="skip" href="#content">/);
    expect(html).toContain('<main id="content" tabindex="-1">');
    expect(html.match(/<pre /g)?.length).toBe(html.match(/<pre tabindex="0" role="group" aria-label="/g)?.length);
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(operations.length);
    expect(targets.filter((id) => !ids.has(id ?? ""))).toEqual([]);
  });
});
