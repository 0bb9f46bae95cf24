import type { Permission } from "@charla/services/auth/permissions";
import type { Context } from "hono";
import type * as z from "zod";
import type { AppEnv } from "./app-env.ts";
import { queryOf, validate } from "./validate.ts";

/** Who may call: the operator of the platform, or an actor of a tenant with this permission. */
export type Access = { who: "platform" } | { who: "tenant"; permission: Permission };

export type Method = "get" | "post" | "put" | "patch" | "delete";

export type Call<P, Q, B> = { c: Context<AppEnv>; params: P; query: Q; body: B };

export type Upload = { maxBytes: number };

/** `etag` and `location` become headers; a body is absent on 204 only. */
export type Reply<R> = { body: R; etag?: string; location?: string };

export type Definition<P, Q, B, R> = {
  id: string;
  tag: string;
  method: Method;
  path: string;
  summary: string;
  description?: string;
  access: Access;
  params?: z.ZodType<P> & z.ZodObject;
  query?: z.ZodType<Q> & z.ZodObject;
  body?: z.ZodType<B>;
  /** The body is no JSON but a file, which the handler reads. */
  upload?: Upload;
  /** Shown in the reference; tests send it too, so it is always a valid body. */
  example?: unknown;
  response?: z.ZodType<R>;
  status?: 200 | 201 | 202 | 204 | 101;
  handle: (call: Call<P, Q, B>) => Promise<Reply<R> | Response>;
};

/** An operation without its own types: what the router, the reference and the tests go through. */
export type Endpoint = {
  id: string;
  tag: string;
  method: Method;
  path: string;
  summary: string;
  description?: string;
  access: Access;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  upload?: Upload;
  example?: unknown;
  response?: z.ZodType;
  status: number;
  run: (c: Context<AppEnv>, value: unknown) => Promise<Response>;
};

export function endpoint<P, Q, B, R>(definition: Definition<P, Q, B, R>): Endpoint {
  const { handle, status = 200, ...description } = definition;
  return {
    ...description,
    status,
    run: async (c, value) => {
      const params = validate(definition.params, c.req.param(), "path");
      const query = validate(definition.query, queryOf(c.req.url), "query");
      const body = validate(definition.body, definition.body !== undefined && value === undefined ? {} : value, "body");
      const reply = await handle({ c, params, query, body });
      return reply instanceof Response ? reply : toResponse(reply, status);
    },
  };
}

function toResponse<R>(reply: Reply<R>, status: number): Response {
  const headers = new Headers();
  if (reply.etag !== undefined) headers.set("etag", reply.etag);
  if (reply.location !== undefined) headers.set("location", reply.location);
  if (status === 204) return new Response(null, { status, headers });
  headers.set("content-type", "application/json");
  return new Response(JSON.stringify(reply.body), { status, headers });
}
