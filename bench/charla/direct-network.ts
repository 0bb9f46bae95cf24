/**
 * Miniflare leads every request that a Worker makes through a small Worker of its own, a hop that the platform does not
 * have. It offers no way around, but it can be told to write down the runtime's configuration before it uses it, and
 * at that moment our Workers are connected to the network.
 */
type Service = { name: string; worker?: { globalOutbound?: { name: string } } };

const OURS = "core:user:";

const isService = (value: unknown): value is Service =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";

function servicesOf(value: unknown): Service[] {
  if (typeof value !== "object" || value === null || !("services" in value)) return [];
  return Array.isArray(value.services) ? value.services.filter(isService) : [];
}

/** Returns how to find out that it worked: a later Miniflare may do all this differently, and quietly. */
export function connectDirectly(file: string): { connected: () => number } {
  let connected = 0;
  process.env["MINIFLARE_WORKERD_CONFIG_DEBUG"] = file;
  const stringify = JSON.stringify.bind(JSON);
  JSON.stringify = (value: unknown, ...rest: []) => {
    for (const { name, worker } of servicesOf(value)) {
      if (!name.startsWith(OURS) || worker === undefined) continue;
      worker.globalOutbound = { name: "internet" };
      connected++;
    }
    return stringify(value, ...rest);
  };
  return {
    connected: () => {
      JSON.stringify = stringify;
      return connected;
    },
  };
}
