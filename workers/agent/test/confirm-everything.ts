import type { QueuedProjection } from "@charla/domain/projection";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { World } from "./world.ts";

/** A consumer that confirms at once and never wakes the conversation. */
export function confirmEverything(world: World): void {
  vi.mocked(env.EVENTS.send).mockImplementation(async (event) => {
    const { version } = event as QueuedProjection;
    await world.stub.projected({ tenantId: world.tenantId, version });
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
  });
}
