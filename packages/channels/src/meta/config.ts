import * as z from "zod";

/** Ids of Meta's objects are numbers too long for a number. */
export const MetaId = z.string().regex(/^\d{1,32}$/, "An ID of Meta's consists of digits");

export const GraphVersion = z
  .string()
  .regex(/^v\d{1,3}\.\d{1,2}$/)
  .default("v25.0")
  .describe("Version of the Graph API");

export const GraphUrl = z
  .url({ protocol: /^https?$/ })
  .max(200)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && url.username === "" && url.search === "" && url.hash === "" && !text.endsWith("/");
  }, "No credentials, no query, no slash at the end")
  .describe("Address of the Graph API");
