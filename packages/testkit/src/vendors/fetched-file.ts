import { isLoopback } from "@charla/domain/egress-policy";

/** A file that a vendor fetched from a link of ours. */
export type FetchedFile = { url: string; mime: string; bytes: Buffer };

/** As vendors fetch: without any credential, following nothing; a link that is no file is a mistake of ours. */
export async function fetchLinked(url: string): Promise<FetchedFile | string | null> {
  // What is on the net is not reached from here.
  if (!isLoopback(new URL(url).hostname)) return null;
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(10_000) }).catch(() => null);
  if (response === null) return "the link cannot be reached";
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) return `the link was answered ${response.status}`;
  const mime = response.headers.get("content-type") ?? "";
  if (mime === "") return "the link names no type";
  if (response.headers.get("content-length") !== String(bytes.length)) return "the link names no length, or another";
  return { url, mime, bytes };
}
