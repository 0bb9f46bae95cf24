import { env, exports } from "cloudflare:workers";
import type { ToolsRpc } from "@charla/domain/rpc";
import { expect, inject, it } from "vitest";

const worker: ToolsRpc = Reflect.get(exports, "default");
const fixtures: Record<string, string> = inject("documents");

async function stored(name: string, key = `ten_1/test/${name}`): Promise<{ tenantId: string; key: string }> {
  const binary = atob(fixtures[name] ?? "");
  await env.FILES.put(
    key,
    Uint8Array.from(binary, (letter) => letter.charCodeAt(0)),
  );
  return { tenantId: "ten_1", key };
}

it.each([
  ["factura.pdf", "Factura 2026-118"],
  ["tarifa.docx", "Envío gratis desde 50 €"],
  ["pedidos.xlsx", "1002\t2026-11-04 09:30"],
])("reads %s in the runtime that serves it", async (name, words) => {
  const reading = await worker.readDocument(await stored(name));
  expect(reading.status === "read" && reading.text).toContain(words);
});

it("says why a file has no text", async () => {
  expect(await worker.readDocument(await stored("escaneado.pdf"))).toEqual({ status: "unreadable", reason: "empty" });
  expect(await worker.readDocument(await stored("protegida.pdf"))).toEqual({ status: "unreadable", reason: "locked" });
});

it("never opens a file of another tenant", async () => {
  const { key } = await stored("factura.pdf");
  expect(await worker.readDocument({ tenantId: "ten_2", key })).toEqual({ status: "unreadable", reason: "missing" });
});
