import * as z from "zod";
import { createLink } from "@charla/services/links/create";
import { endpoint } from "../endpoint.ts";
import { idOf } from "../schemas.ts";
import { ownPath } from "../session-cookie.ts";

const Body = z.strictObject({
  tenantId: idOf("ten"),
  memberId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .default("owner")
    .describe("Who signs in with it"),
  returnTo: z.string().max(512).default("/").describe("A path of this platform"),
});
const Link = z.object({ url: z.url(), expiresAt: z.iso.datetime() }).meta({ id: "SignInLink" });

export const createSignInLink = endpoint({
  id: "createSignInLink",
  tag: "auth",
  method: "post",
  path: "/v1/auth/links",
  summary: "Make a one-time sign-in link",
  description: "Works once, for 15 minutes, and opens a session of 12 hours.",
  access: { who: "platform" },
  body: Body,
  example: { tenantId: "ten_01kbd0mz3v7q2x9c4f6g8h1j5k", returnTo: "/" },
  response: Link,
  status: 201,
  handle: async ({ c, body }) => {
    const { token, expiresAt } = await createLink(c.var.platform, {
      tenantId: body.tenantId,
      subject: body.memberId,
      returnTo: ownPath(body.returnTo),
    });
    return { body: { url: `${new URL(c.req.url).origin}/auth/link?token=${encodeURIComponent(token)}`, expiresAt } };
  },
});
