import * as z from "zod";

export const FileOut = z
  .object({
    id: z.string(),
    type: z.enum(["image", "audio", "voice", "video", "document", "sticker"]),
    mime: z.string().describe("By its bytes"),
    name: z.string().optional(),
    size: z.int(),
    sha256: z.string(),
  })
  .meta({ id: "File" });
export type FileOut = z.infer<typeof FileOut>;

export const FileLink = z
  .object({
    url: z.string().describe("Needs no credential, and is good for this file alone"),
    expiresAt: z.iso.datetime(),
    mime: z.string(),
    name: z.string(),
    size: z.int().optional(),
  })
  .meta({ id: "FileLink" });
export type FileLink = z.infer<typeof FileLink>;
