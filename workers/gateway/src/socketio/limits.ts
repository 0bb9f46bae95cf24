import { Admission, isShed, type Pass } from "@charla/domain/admission";
import { AppError } from "@charla/domain/errors";
import type { ChatAccount } from "../chat/account.ts";
import type { Visitor } from "../chat/visitor-token.ts";
import type { Knock } from "./knock.ts";

/** Heard by the server; intermediaries on phones' networks forget connections that are silent for longer. */
export const PING_INTERVAL_MS = 25_000;
export const PING_TIMEOUT_MS = 20_000;
/** A session that names no conversation within this time is closed. */
export const CONNECT_TIMEOUT_MS = 30_000;
export const UPGRADE_TIMEOUT_MS = 10_000;
/** Four bytes for each character of the longest message, its escapes and its frame. */
export const MAX_PACKET_BYTES = 100_000;
export const MAX_REFUSALS = 3;
/** Of a session whose client does not come to fetch them. */
export const MAX_QUEUED_PACKETS = 5_000;

const ANY_RATE = { accountPerSecond: Number.POSITIVE_INFINITY, tenantPerSecond: Number.POSITIVE_INFINITY };
/** Of one isolate, open at the same time: by address while nothing else is known, then by visitor and by tenant. */
const doors = new Admission({ perAccount: 1_024, perTenant: 6_144, total: 6_144, most: 6_144, ...ANY_RATE });
const links = new Admission({ perAccount: 32, perTenant: 2_048, total: 4_096, most: 6_144, ...ANY_RATE });

function enter(admission: Admission, tenantId: string, accountId: string): Pass {
  const answer = admission.enter({ tenantId, accountId }, Date.now());
  if (!isShed(answer)) return answer;
  const { reason, retryAfterMs } = answer;
  throw new AppError(reason === "all_busy" ? "OVERLOADED" : "RATE_LIMITED", reason, { retryAfterMs });
}

export const enterDoor = ({ address }: Knock): Pass => enter(doors, "doors", `address:${address ?? "unknown"}`);

export const enterLink = ({ id, tenantId }: ChatAccount, visitor: Visitor): Pass =>
  enter(links, tenantId, `${id}:${visitor.id}`);
