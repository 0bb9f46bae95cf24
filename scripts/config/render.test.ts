import { expect, test } from "vitest";
import { emulators, renderWorker, workers } from "./render.ts";
import { resourcesFor } from "./resources.ts";
import type { TomlTable, TomlValue } from "./toml.ts";

const isTable = (value: TomlValue): value is TomlTable => typeof value === "object" && !Array.isArray(value);

/** Every name under which a stage binds something, whatever kind of resource is behind it. */
function bindingNames(value: TomlValue): string[] {
  if (Array.isArray(value)) return value.flatMap(bindingNames);
  if (!isTable(value)) return [];
  const own = [value.binding, value.name].filter((name): name is string => typeof name === "string");
  return [...own, ...Object.values(value).flatMap(bindingNames)];
}

const bindings = (stage: "development" | "production") =>
  workers.map((worker) => ({ worker: worker.name, config: worker.bindings(stage, resourcesFor(stage)) }));

test("production binds every name that development binds", () => {
  const development = bindings("development").map(({ config }) => new Set(bindingNames(config)));
  const production = bindings("production").map(({ config }) => new Set(bindingNames(config)));
  development.forEach((names, index) => expect([...names].sort()).toEqual([...(production[index] ?? [])].sort()));
});

test("production binds no emulator", () => {
  const text = JSON.stringify(bindings("production"));
  for (const { name } of emulators) expect(text).not.toContain(name);
});

test("only the gateway can be reached from outside", () => {
  const open = bindings("production").filter(({ config }) => config.workers_dev !== false);
  expect(open.map(({ worker }) => worker)).toEqual(["charla-gateway"]);
});

test("every Worker that is called from another comes before it in the order of deployment", () => {
  const order = workers.map(({ name }) => name);
  for (const { worker, config } of bindings("production")) {
    const called = order.filter((name) => name !== worker && JSON.stringify(config).includes(`"${name}"`));
    for (const name of called) expect(order.indexOf(name)).toBeLessThan(order.indexOf(worker));
  }
});

test("Workers that read the same database agree on its local id", () => {
  const ids = new Map<string, Set<string>>();
  for (const { config } of bindings("development")) {
    const databases = Array.isArray(config.d1_databases) ? config.d1_databases.filter(isTable) : [];
    for (const { database_name: name, database_id: id } of databases) {
      ids.set(String(name), (ids.get(String(name)) ?? new Set()).add(String(id)));
    }
  }
  expect(ids.size).toBe(resourcesFor("development").tenantDatabases.length + 1);
  for (const known of ids.values()) expect(known.size).toBe(1);
});

test("all configurations share one compatibility date and name production explicitly", () => {
  const rendered = [...workers, ...emulators].map(renderWorker);
  const dates = rendered.map((text) => /^compatibility_date = "(.+)"$/m.exec(text)?.[1]);
  expect(new Set(dates).size).toBe(1);
  workers.forEach((worker) => expect(renderWorker(worker)).toContain(`[env.production]\nname = "${worker.name}"`));
});
