import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type Answer, bearer, call, newTenant, type Tenant } from "./world.ts";

let own: Tenant;
beforeAll(async () => {
  own = await newTenant();
}, 60_000);

const Refused = z.object({
  code: z.literal("EGRESS_DENIED"),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
});

const ask = (method: string, path: string, body: unknown, language = "en"): Promise<Answer> =>
  call(path, { method, headers: { ...bearer(own.key), "accept-language": language }, body });

const provider = (baseUrl: string): Promise<Answer> =>
  ask("POST", "/v1/providers", { name: "theirs", baseUrl, apiKey: "sk-1" });
const channel = (kind: string, config: unknown, secrets?: unknown): Promise<Answer> =>
  ask("POST", "/v1/channels", { kind, name: "theirs", agentId: own.agentId, config, ...(secrets ? { secrets } : {}) });

const NEVER = [
  ["http://models.example.com/v1", "scheme http:"],
  ["https://10.0.0.7/v1", "a private network"],
  ["https://192.168.1.20/v1", "a private network"],
  ["https://169.254.169.254/latest", "a link-local address"],
  ["https://[fd00::1]/v1", "a local, multicast or reserved address"],
  ["https://0x0a000001/v1", "a private network"],
  ["https://metadata.google.internal/v1", "an internal name"],
  ["https://shop/v1", "a name without a domain"],
  ["https://models.example.com:22/v1", "port 22"],
] as const;

describe("an address that we are to call", () => {
  it.each(NEVER)("is refused when it is set: %s", async (url, why) => {
    for (const [answer, path] of [
      [await provider(url), "baseUrl"],
      [await ask("PATCH", `/v1/providers/${own.providerId}`, { baseUrl: url }), "baseUrl"],
      [await channel("http", { callbackUrl: url }), "config.callbackUrl"],
      [await ask("PATCH", `/v1/channels/${own.httpChannelId}`, { config: { callbackUrl: url } }), "config.callbackUrl"],
    ] as const) {
      expect(answer.status).toBe(422);
      expect(Refused.parse(answer.json).errors).toEqual([{ path, message: `This address may not be used: ${why}` }]);
    }
  });

  it("is refused wherever it stands in the settings of a channel", async () => {
    const config = { address: "hola@tienda.example", provider: { name: "resend", apiUrl: "https://10.1.2.3" } };
    const secrets = { apiKey: "re_12345678", webhookSecret: `whsec_${btoa("0123456789abcdef")}` };
    const answer = await channel("email", config, secrets);
    expect(Refused.parse(answer.json).errors[0]?.path).toBe("config.provider.apiUrl");
    const telegram = await channel(
      "telegram",
      { apiUrl: "http://api.telegram.org" },
      { botToken: `1234567:${"a".repeat(35)}` },
    );
    expect(Refused.parse(telegram.json).errors[0]?.path).toBe("config.apiUrl");
  });

  it("says why in Spanish, too", async () => {
    const body = { name: "theirs", baseUrl: "https://10.0.0.7/v1", apiKey: "sk-1" };
    const { detail } = Refused.parse((await ask("POST", "/v1/providers", body, "es")).json);
    expect(detail).toBe("Esta dirección no se puede usar: es de una red privada");
  });

  it("may be any public one, and on one's own machine this machine", async () => {
    for (const url of [
      "https://models.example.com/v1",
      "https://models.example.com:8443/v1",
      "http://localhost:11434/v1",
    ])
      expect((await provider(url)).status).toBe(201);
  });

  it("of a site that embeds the chat is not ours to call, and not judged", async () => {
    const answer = await channel("webchat", { allowedOrigins: ["http://intranet:3000"] });
    expect(answer.status).toBe(201);
  });
});
