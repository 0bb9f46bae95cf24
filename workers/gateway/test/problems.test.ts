import { newId } from "@charla/domain/ids";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type Answer, asPlatform, bearer, call, type Call, newTenant, settings, type Tenant } from "./world.ts";

const Problem = z.strictObject({
  type: z.templateLiteral(["urn:charla:problem:", z.string()]),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })),
});
type Problem = z.infer<typeof Problem>;

let own: Tenant;
beforeAll(async () => {
  own = await newTenant();
}, 60_000);

function problemIn(answer: Answer): Problem {
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const problem = Problem.parse(answer.json);
  expect(problem.status).toBe(answer.status);
  expect(problem.requestId).toBe(answer.headers.get("x-request-id"));
  return problem;
}

/** The same request by somebody who reads Spanish, and by somebody who reads English. */
async function inBoth(path: string, request: Call): Promise<{ es: Problem; en: Problem }> {
  const ask = async (language: "es" | "en"): Promise<Problem> => {
    const answer = await call(path, { ...request, headers: { ...request.headers, "accept-language": language } });
    expect(answer.headers.get("content-language")).toBe(language);
    return problemIn(answer);
  };
  return { es: await ask("es"), en: await ask("en") };
}

describe("a webhook that is refused", () => {
  const json = { "content-type": "application/json" };
  const post = (raw: string, headers: Record<string, string> = json): Call => ({ method: "POST", raw, headers });
  it.each([
    ["for nobody", (): string => `/webhooks/http/${newId("channel")}`, post("{}"), "NOT_FOUND", "No existe"],
    ["by a wrong path", (): string => "/webhooks/what/ever/it/is", post("{}"), "NOT_FOUND", "No existe"],
    [
      "without a signature",
      (): string => `/webhooks/http/${own.httpChannelId}`,
      post("{}"),
      "UNAUTHENTICATED",
      "Falta una credencial válida",
    ],
    [
      "by its method",
      (): string => `/webhooks/http/${own.httpChannelId}`,
      { method: "PUT" },
      "METHOD_NOT_ALLOWED",
      "Método no permitido",
    ],
    [
      "by its type",
      (): string => `/webhooks/http/${own.httpChannelId}`,
      post("a", { "content-type": "text/plain" }),
      "UNSUPPORTED_MEDIA_TYPE",
      "Tipo de contenido no admitido",
    ],
  ] as const)("%s is told so as by the API", async (_, path, request, code, title) => {
    const { es, en } = await inBoth(path(), request);
    expect([es.code, es.title, es.detail]).toEqual([code, title, title]);
    expect(en.code).toBe(code);
    expect(en.title).not.toBe(title);
    expect(en.type).toBe(`urn:charla:problem:${code.toLowerCase().replaceAll("_", "-")}`);
  });
});

describe("what a person at the console is told", () => {
  it("of a wrong field, in the person's language", async () => {
    const body = { settings: { ...settings(), name: "", surprise: 1 } };
    const { es, en } = await inBoth("/v1/agents", { method: "POST", headers: bearer(own.key), body });
    expect(es.errors.map(({ path }) => path)).toEqual(en.errors.map(({ path }) => path));
    expect(es.errors.map(({ message }) => message).join()).toMatch(/Demasiado pequeño.*desconocida/is);
    expect(en.errors.map(({ message }) => message).join()).toMatch(/Too small.*unrecognized/is);
  });

  it("of a wrong setting of a channel", async () => {
    const body = { kind: "http", name: "x", agentId: own.agentId, config: { callbackUrl: 7 } };
    const { es, en } = await inBoth("/v1/channels", { method: "POST", headers: bearer(own.key), body });
    expect([es.errors[0]?.path, es.errors[0]?.message]).toEqual([
      "config.callbackUrl",
      expect.stringContaining("se esperaba texto"),
    ]);
    expect(en.errors[0]?.message).toContain("expected string");
  });

  it("of what is in the way, and of what is not allowed", async () => {
    const archive = await inBoth(`/v1/agents/${own.agentId}`, { method: "DELETE", headers: bearer(own.key) });
    expect([archive.es.code, archive.es.detail]).toEqual([
      "CONFLICT",
      expect.stringContaining("todavía usa este agente"),
    ]);
    expect(archive.en.detail).toContain("still uses this agent");

    const made = await call("/v1/api-keys", {
      method: "POST",
      headers: asPlatform(own.id),
      body: { name: "r", scopes: ["agents.read"] },
    });
    const reader = bearer(String(Reflect.get(Object(made.json), "key")));
    const forbidden = await inBoth("/v1/agents", { method: "POST", headers: reader, body: { settings: settings() } });
    expect([forbidden.es.code, forbidden.es.detail]).toEqual(["FORBIDDEN", "Hace falta el permiso agents.write"]);
    expect(forbidden.en.detail).toBe("Requires agents.write");
  });

  it("of a conversation that somebody else holds, through two Workers", async () => {
    const path = `/v1/conversations/${own.conversationId}`;
    expect((await call(`${path}/take-over`, { method: "POST", headers: asPlatform(own.id), body: {} })).status).toBe(
      200,
    );
    const { es, en } = await inBoth(`${path}/messages`, {
      method: "POST",
      headers: bearer(own.key),
      body: { text: "Hola" },
    });
    expect([es.code, es.detail]).toEqual(["CONFLICT", "Otra persona del equipo lleva esta conversación."]);
    expect(en.detail).toBe("Another member has taken this conversation over.");
  });
});
