import { uploads } from "@charla/db/tenant/uploads";
import { conversationFolder, sentKey } from "@charla/domain/kept-file";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startPlatforms, type TestPlatform, type TestPlatforms } from "../../test/platform.ts";
import type { Ctx } from "../context.ts";
import { purgeFilesOfDeleted } from "../maintenance/purge-deleted.ts";
import { deleteTenant } from "../tenants/set-status.ts";
import { filesSent } from "./sent.ts";
import { removeUnsent, type Senders } from "./unsent.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const DAY_MS = 86_400_000;
let platforms: TestPlatforms;
let world: TestPlatform;
let ctx: Ctx;
let files: Set<string>;
beforeAll(async () => {
  platforms = await startPlatforms(1, 1, 2);
});
afterAll(() => platforms.stop());
beforeEach(async () => {
  world = await platforms.next();
  ctx = await world.tenant("shop");
  files = new Set();
});

const bucket = {
  list: async ({ prefix }: { prefix: string }) => {
    const keys = [...files].filter((key) => key.startsWith(prefix));
    return { objects: keys.map((key) => ({ key, uploaded: new Date(0) })), truncated: false };
  },
  delete: async (keys: string[]) => {
    for (const key of keys) files.delete(key);
  },
};
const keyOf = (id: string): string => sentKey(conversationFolder(ctx.tenantId, "cnv_1"), id);

async function upload(...ids: string[]): Promise<void> {
  for (const id of ids) files.add(keyOf(id));
  await ctx.db.orm.insert(uploads).values(ids.map((id) => ({ id, conversationId: "cnv_1", createdAt: ctx.now() })));
}

describe("uploaded files", () => {
  it("go after a day unless the conversation has sent them, known to the table or not", async () => {
    await upload("fil_unsent", "fil_sent", "fil_crashed");
    await filesSent(ctx, ["fil_sent"]);
    const asked: string[][] = [];
    const sender: Senders = () => ({
      sentOf: async ({ files: ids }) => {
        asked.push(ids);
        return ["fil_crashed"];
      },
    });
    world.advance(DAY_MS - 60_000);
    expect(await removeUnsent(ctx, bucket, sender)).toBe(0);
    await upload("fil_new");
    world.advance(2 * 3_600_000);
    expect(await removeUnsent(ctx, bucket, sender)).toBe(1);
    expect(asked.map((ids) => ids.toSorted())).toEqual([["fil_crashed", "fil_unsent"]]);
    expect([...files].toSorted()).toEqual(["fil_crashed", "fil_new", "fil_sent"].map(keyOf));
    expect((await ctx.db.orm.select().from(uploads)).map(({ id }) => id)).toEqual(["fil_new"]);
    expect(await removeUnsent(ctx, bucket, sender)).toBe(0);
  });

  it("stay while the conversation cannot say", async () => {
    await upload("fil_1");
    world.advance(DAY_MS * 2);
    const silent: Senders = () => ({ sentOf: () => Promise.reject(new Error("away")) });
    await expect(removeUnsent(ctx, bucket, silent)).rejects.toThrow("away");
    expect(files.size).toBe(1);
    expect(await removeUnsent(ctx, bucket, () => ({ sentOf: async () => [] }))).toBe(1);
    expect(files.size).toBe(0);
  });

  it("of a tenant that is being deleted go, and nobody else's", async () => {
    const other = await world.tenant("other");
    const ours = [`${ctx.tenantId}/media/cnv_1/out/a`, `inbound/${ctx.tenantId}/chn/b`, `tenants/${ctx.tenantId}/c`];
    const theirs = [`${other.tenantId}/media/cnv_1/out/a`, `inbound/${other.tenantId}/chn/b`];
    files = new Set([...ours, ...theirs]);
    expect(await purgeFilesOfDeleted(world.platform, bucket)).toBe(0);
    await deleteTenant(world.platform, ctx.tenantId);
    expect(await purgeFilesOfDeleted(world.platform, bucket)).toBe(3);
    expect([...files]).toEqual(theirs);
  });
});
