import { bearerOf } from "./bearer.ts";

/** Compared as digests: equal length by construction, and no time that depends on how much of the key was right. */
export async function isPlatformKey(env: Pick<GatewayEnv, "PLATFORM_KEY">, headers: Headers): Promise<boolean> {
  const given = bearerOf(headers);
  if (given === null || env.PLATFORM_KEY.length < 16) return false;
  const text = new TextEncoder();
  const [a, b] = await Promise.all([
    crypto.subtle.digest("SHA-256", text.encode(given)),
    crypto.subtle.digest("SHA-256", text.encode(env.PLATFORM_KEY)),
  ]);
  return crypto.subtle.timingSafeEqual(a, b);
}
