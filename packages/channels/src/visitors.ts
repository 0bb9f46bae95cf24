import { hexOf } from "@charla/domain/hex";
import * as z from "zod";

/** `https://example.com`, as browsers send it in `Origin`: no path, no trailing slash. */
const Origin = z
  .string()
  .max(255)
  .refine((text) => URL.parse(text)?.origin === text && text !== "null", "An origin such as https://example.com");

export const AllowedOrigins = z.array(Origin).max(50).default([]);

const Key = z.string().regex(/^[0-9a-f]{64}$/);

/** What channels are made of whose people reach the conversation themselves, from a page or a program of the tenant's. */
export const VisitorSecrets = z.object({
  visitorSecret: Key.describe("Signs visitor tokens"),
  identitySecret: Key.describe("The tenant's own site signs the identity of its users with it"),
});
export type VisitorSecrets = z.infer<typeof VisitorSecrets>;

export const newVisitorSecrets = (): VisitorSecrets => ({ visitorSecret: newKey(), identitySecret: newKey() });

function newKey(): string {
  return hexOf(crypto.getRandomValues(new Uint8Array(32)));
}
