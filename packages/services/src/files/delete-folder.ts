/** The part of a bucket that is used. */
export type Folders = {
  list(options: { prefix: string; cursor?: string }): Promise<{
    objects: { key: string; uploaded: Date }[];
    truncated: boolean;
    cursor?: string;
  }>;
  delete(keys: string[]): Promise<void>;
};

/** Everything under that prefix that was stored before `before`; how much it was. */
export async function deleteFolder(bucket: Folders, prefix: string, before: number): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
    const keys = page.objects.filter(({ uploaded }) => uploaded.getTime() <= before).map(({ key }) => key);
    if (keys.length > 0) await bucket.delete(keys);
    count += keys.length;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return count;
}
