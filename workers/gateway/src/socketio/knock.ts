/** Who stands at the door, in a form that crosses to an object: the site, the address, and our own name they used. */
export type Knock = { base: string; origin: string | null; address: string | null; requestId: string };

export const knockOf = (request: Request, requestId: string): Knock => ({
  base: new URL(request.url).origin,
  origin: request.headers.get("origin"),
  address: request.headers.get("cf-connecting-ip"),
  requestId,
});

/** For what asks a request where it comes from; nothing else of the client's is in it. */
export function asRequest({ base, origin, address }: Knock): Request {
  const headers = new Headers();
  if (origin !== null) headers.set("origin", origin);
  if (address !== null) headers.set("cf-connecting-ip", address);
  return new Request(`${base}/`, { headers });
}
