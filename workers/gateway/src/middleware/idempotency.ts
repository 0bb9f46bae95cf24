import { hexOf } from "@charla/domain/hex";
import { AppError } from "@charla/domain/errors";
import { abandonIdempotent, finishIdempotent } from "@charla/services/idempotency/finish";
import { beginIdempotent } from "@charla/services/idempotency/begin";
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";

const KEY = /^[\x21-\x7e]{1,255}$/;
const KEPT_HEADERS = ["content-type", "etag", "location"];

async function hashOf(c: Context<AppEnv>, body: Uint8Array): Promise<string> {
  const head = new TextEncoder().encode(`${c.req.method} ${new URL(c.req.url).pathname}\n`);
  const whole = new Uint8Array(head.byteLength + body.byteLength);
  whole.set(head);
  whole.set(body, head.byteLength);
  return hexOf(await crypto.subtle.digest("SHA-256", whole));
}

const scopeOf = (c: Context<AppEnv>): string => c.get("ctx")?.tenantId ?? "platform";

/** The same key gives the same answer for 24 hours; what failed may be tried again under it. */
export async function withIdempotency(
  c: Context<AppEnv>,
  body: Uint8Array,
  run: () => Promise<Response>,
): Promise<Response> {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return run();
  if (!KEY.test(key))
    throw new AppError("BAD_REQUEST", "idempotency key malformed", {
      fields: [{ path: "header.Idempotency-Key", message: "1 to 255 printable ASCII characters" }],
    });
  const platform = c.var.platform;
  const slot = { scope: scopeOf(c), key };
  const begun = await beginIdempotent(platform, { ...slot, requestHash: await hashOf(c, body) });
  if (begun.state === "replay") return replayed(begun.status, begun.answer);
  if (begun.state === "running") {
    throw new AppError("CONFLICT", "same key still running", {
      publicMessage: {
        es: "Una petición con esta clave todavía está en marcha",
        en: "A request with this key is still running",
      },
      retryAfterMs: 1000,
    });
  }
  try {
    const response = await run();
    await finishIdempotent(platform, { ...slot, status: response.status, answer: await answerOf(response.clone()) });
    return response;
  } catch (error) {
    await abandonIdempotent(platform, slot);
    throw error;
  }
}

async function answerOf(response: Response): Promise<string> {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return JSON.stringify({ headers, body: response.status === 204 ? null : await response.text() });
}

function replayed(status: number, answer: string): Response {
  const { headers, body }: { headers: [string, string][]; body: string | null } = JSON.parse(answer);
  return new Response(body, { status, headers: [...headers, ["idempotent-replay", "true"]] });
}
