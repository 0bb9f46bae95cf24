import { openControlDb } from "@charla/db/open";

type Check = { name: string; ok: boolean };

async function check(name: string, probe: () => Promise<unknown>): Promise<Check> {
  try {
    await probe();
    return { name, ok: true };
  } catch {
    // A failing check is the answer itself; what failed in detail is nothing for the outside.
    return { name, ok: false };
  }
}

const routerAnswers = async (env: GatewayEnv): Promise<void> => {
  const response = await env.ROUTER.fetch("https://router/healthz");
  await response.body?.cancel();
  if (response.status >= 500) throw new Error(`router answered ${response.status}`);
};

/** Ready means: the control plane is migrated, configuration can be read, the router answers. */
export async function readiness(env: GatewayEnv): Promise<{ ready: boolean; checks: Check[] }> {
  const checks = await Promise.all([
    check("control-db", () => openControlDb(env.CONTROL_DB)),
    check("config", () => env.CONFIG.get("readiness")),
    check("router", () => routerAnswers(env)),
  ]);
  return { ready: checks.every(({ ok }) => ok), checks };
}
