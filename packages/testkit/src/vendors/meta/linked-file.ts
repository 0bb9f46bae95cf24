import { fetchLinked } from "../fetched-file.ts";
import type { Sent, World } from "./world.ts";

const MB = 1_048_576;
type Limit = { mimes: RegExp; maxBytes: number };

/** https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types */
const WHATSAPP: Record<string, Limit> = {
  image: { mimes: /^image\/(jpeg|png)$/, maxBytes: 5 * MB },
  audio: { mimes: /^audio\/(aac|amr|mpeg|mp4|ogg)/, maxBytes: 16 * MB },
  video: { mimes: /^video\/(mp4|3gpp)$/, maxBytes: 16 * MB },
  document: { mimes: /./, maxBytes: 100 * MB },
  sticker: { mimes: /^image\/webp$/, maxBytes: 500 * 1024 },
};
const PAGE: Record<string, Limit> = {
  image: { mimes: /^image\/(jpeg|png|gif)$/, maxBytes: 8 * MB },
  audio: { mimes: /^audio\//, maxBytes: 25 * MB },
  video: { mimes: /^video\//, maxBytes: 25 * MB },
  file: { mimes: /./, maxBytes: 25 * MB },
};
const LIMITS: Record<Sent["via"], Record<string, Limit>> = {
  whatsapp: WHATSAPP,
  page: PAGE,
  instagram: { ...PAGE, file: { mimes: /^application\/pdf$/, maxBytes: 25 * MB } },
};

/** Meta fetches what a message links to; what it cannot show never reaches the person. */
export async function fetchFile(world: World, sent: Sent): Promise<void> {
  const url = linkOf(sent);
  if (url === undefined) return;
  const file = await fetchLinked(url);
  if (file === null) return;
  const what = `${sent.via} ${sent.account} ${sent.type}`;
  if (typeof file === "string") return world.problem(`${what}: ${file}: ${url}`);
  const limit = LIMITS[sent.via][sent.type];
  if (limit === undefined || !limit.mimes.test(file.mime) || file.bytes.length > limit.maxBytes)
    world.problem(`${what}: ${file.bytes.length} bytes of ${file.mime}`);
  sent.file = file;
}

function linkOf({ payload, type }: Sent): string | undefined {
  const [media, message] = [payload[type], payload["message"]] as Record<string, unknown>[];
  if (typeof media?.["link"] === "string") return media["link"];
  const attachment = message?.["attachment"] as { payload?: { url?: string } } | undefined;
  return attachment?.payload?.url;
}
