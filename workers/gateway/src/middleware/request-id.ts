import { newId } from "@charla/domain/ids";

const SAFE = /^[A-Za-z0-9._:-]{8,128}$/;

/** A caller's own id is kept when it is harmless, so that both sides find the same request. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && SAFE.test(given) ? given : newId("request");
}
