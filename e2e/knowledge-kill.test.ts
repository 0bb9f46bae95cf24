import { Api, textAt } from "@charla/testkit/charla/api";
import { Charla } from "@charla/testkit/charla/charla";
import { furnishTenant } from "@charla/testkit/charla/furnish";
import { until } from "@charla/testkit/poll";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as z from "zod";
import { freePort } from "./free-port.ts";

// What a kill has taken from the queue is noticed a minute later.
vi.setConfig({ testTimeout: 240_000 });

const KILLS = 2;
const PASSAGES = 1500;
const Document = z.object({ status: z.string(), passages: z.int(), indexedPassages: z.int() });
const Documents = z.object({ data: z.array(Document) });

/** Long enough that its reading takes seconds on any machine. */
const catalogue = (part: number): string =>
  Array.from({ length: PASSAGES }, (_, at) => part * PASSAGES + at)
    .map(
      (piece) =>
        `# Pieza ${piece}\n\nLa pieza número ${piece} va en la caja ${piece * 7}. ${"Guárdese en un lugar seco, lejos del sol. ".repeat(12)}`,
    )
    .join("\n\n");

let charla: Charla;
beforeAll(async () => {
  charla = await Charla.start({ port: await freePort() });
});
afterAll(() => charla.stop());

test("documents whose reading was killed are read to their end, each once", async () => {
  const tenant = await furnishTenant(new Api(charla.url, charla.platformKey), "killed-reading");
  const baseId = textAt(await tenant.api.post("/v1/knowledge-bases", { name: "Catálogo" }), "id");
  const path = `/v1/knowledge-bases/${baseId}/documents`;
  const documents = async () => Documents.parse(await tenant.api.get(path)).data;
  for (let part = 0; part < KILLS; part++) {
    const uploaded = await fetch(`${charla.url}${path}?name=piezas-${part}.md`, {
      method: "POST",
      headers: { authorization: `Bearer ${tenant.key}`, "content-type": "text/markdown" },
      body: catalogue(part),
    });
    expect(uploaded.status).toBe(202);
    expect(charla.killRuntime()).toBeGreaterThan(0);
    await charla.isReady();
    const before = await until("the documents are listed", () => documents().catch(() => undefined));
    expect(before.at(-1)?.status).not.toBe("ready");
  }
  const done = await until(
    "all of it is in the index",
    async () => {
      const now = await documents().catch(() => []);
      return now.length === KILLS && now.every(({ status }) => status === "ready") && now;
    },
    { deadlineMs: 200_000, everyMs: 500 },
  );
  for (const document of done) expect(document).toMatchObject({ passages: PASSAGES, indexedPassages: PASSAGES });
  const found = await tenant.api.post("/v1/knowledge/search", {
    query: "¿en qué caja va la pieza 1234?",
    knowledgeBaseIds: [baseId],
  });
  expect(textAt(found, "passages", 0, "text")).toContain("pieza número 1234 ");
});
