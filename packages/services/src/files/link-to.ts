import type { StoredFile } from "@charla/domain/rpc";
import type { Keyring } from "../vault/keyring.ts";
import { fileLinkPath, linkName } from "./link.ts";
import type { FileLink } from "./schemas.ts";

/** For whoever looks at it now; a page that stays open asks again. */
const LOOK_MS = 3_600_000;

export async function linkToFile(
  { keyring, publicBaseUrl, now }: { keyring: Keyring; publicBaseUrl: string; now: number },
  { key, mime, name, size }: StoredFile,
): Promise<FileLink> {
  const expiresAt = now + LOOK_MS;
  const path = await fileLinkPath(keyring, { key, name: linkName(name) }, expiresAt);
  return {
    url: new URL(path, publicBaseUrl).href,
    expiresAt: new Date(expiresAt).toISOString(),
    mime,
    name,
    ...(size === undefined ? {} : { size }),
  };
}
