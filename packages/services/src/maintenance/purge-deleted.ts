import { tenants } from "@charla/db/control/tenants";
import { eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { deleteFolder, type Folders } from "../files/delete-folder.ts";

/** Files of tenants that are being deleted, whoever they were of, and the keys of their contacts; how many there were. */
export async function purgeFilesOfDeleted(platform: PlatformCtx, bucket: Folders): Promise<number> {
  requirePermission(platform, "tenants.write");
  const gone = await platform.control.orm
    .select({ id: tenants.id })
    .from(tenants)
    .where(eq(tenants.status, "deleting"));
  let count = 0;
  for (const { id } of gone)
    for (const folder of [`tenants/${id}/`, `${id}/`, `inbound/${id}/`])
      count += await deleteFolder(bucket, folder, platform.now());
  return count;
}
