const PREFIX = "TENANT_DB_";

/** The tenant databases that are bound to this Worker, by the names of their bindings. */
export type Pool = { names: () => string[]; get: (binding: string) => unknown };

export function poolOf(bindings: object): Pool {
  return {
    names: () => Object.keys(bindings).filter((name) => name.startsWith(PREFIX)),
    get: (binding) => (binding.startsWith(PREFIX) ? Reflect.get(bindings, binding) : undefined),
  };
}
