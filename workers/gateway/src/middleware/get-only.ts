import { AppError } from "@charla/domain/errors";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";

/**
 * HEAD runs what GET runs and throws the answer away. Where that would use something up, or leave something open that
 * nobody reads, it is refused: a program that only looks at a link must not spend it.
 */
export const getOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.raw.method === "HEAD") throw new AppError("METHOD_NOT_ALLOWED", "HEAD of what only GET may do");
  await next();
};
