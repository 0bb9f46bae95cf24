import { AppError } from "@charla/domain/errors";

/** The window of both limiters, as configured; it is what a caller is told to wait. */
export const WINDOW_SECONDS = 10;

export const clientAddress = (request: Request): string => request.headers.get("cf-connecting-ip") ?? "unknown";

const overLimit = (): AppError =>
  new AppError("RATE_LIMITED", "over the rate limit", { retryAfterMs: WINDOW_SECONDS * 1000 });

type IpEnv = Pick<GatewayEnv, "RATE_LIMIT_IP">;
type KeyEnv = Pick<GatewayEnv, "RATE_LIMIT_KEY">;

/** Per address, before anything is known of the caller: guessing credentials costs the guesser his quota. */
export async function requireWithinIpLimit(env: IpEnv, request: Request, area: string): Promise<void> {
  const { success } = await env.RATE_LIMIT_IP.limit({ key: `${area}:${clientAddress(request)}` });
  if (!success) throw overLimit();
}

/** Per credential, so that one tenant's script does not use up another's share. */
export async function requireWithinKeyLimit(env: KeyEnv, actorKey: string): Promise<void> {
  const { success } = await env.RATE_LIMIT_KEY.limit({ key: actorKey });
  if (!success) throw overLimit();
}
