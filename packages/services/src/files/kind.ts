import type { OutFile } from "@charla/domain/inbound";
import * as z from "zod";

/** What a file is to be sent as, where that is not what its bytes say. */
export const Wish = z.enum(["voice", "document", "sticker"]);
export type Wish = z.infer<typeof Wish>;

export function kindOf(mime: string, wish?: Wish): OutFile["type"] {
  const [family] = mime.split("/");
  if (wish === "document") return wish;
  if (wish === "voice" && family === "audio") return wish;
  if (wish === "sticker" && mime === "image/webp") return wish;
  if (/^image\/(?:png|jpeg|gif|webp)$/.test(mime)) return "image";
  return family === "audio" || family === "video" ? family : "document";
}
