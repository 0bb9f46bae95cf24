import { createHash, createHmac } from "node:crypto";

export type Params = Record<string, string | string[]>;

/** As Twilio signs: the address it was given, then every name and value in the order of the names. */
export function signRequest(token: string, url: string, params: Params = {}): string {
  const named = Object.keys(params)
    .toSorted()
    .flatMap((name) => [...new Set([params[name] ?? ""].flat())].toSorted().map((value) => name + value));
  return createHmac("sha1", token)
    .update([url, ...named].join(""), "utf8")
    .digest("base64");
}

/** Twilio's mark in the address of a request whose body is not a form. */
export const bodyHash = (body: string): string => createHash("sha256").update(body, "utf8").digest("hex");

export function formOf(params: Params): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) for (const one of [value].flat()) form.append(name, one);
  return form;
}
