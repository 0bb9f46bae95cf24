import { existsSync, globSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { emulators, workers } from "./config/render.ts";
import { resourcesFor } from "./config/resources.ts";
import type { Stage, WorkerConfig } from "./config/worker-config.ts";

/** The lint rules forbid an import where it is written; here is looked at what comes of all of them together. */
const root = fileURLToPath(new URL("../", import.meta.url));

/** Whatever a package holds, it stands on the contracts alone; the business also stands on the tables. */
const STANDS_ON: Record<string, string[]> = { domain: [], services: ["domain", "db"] };
const mayImport = (name: string): string[] => STANDS_ON[name] ?? ["domain"];

/** Test equipment is no part of the product and may use any of it. */
const packages = readdirSync(join(root, "packages")).filter(
  (name) => name !== "testkit" && existsSync(join(root, "packages", name, "package.json")),
);

const sourcesOf = (folder: string): string[] =>
  globSync(`${folder}/src/**/*.ts`, { cwd: root }).filter((file) => !file.endsWith(".test.ts"));

const importsOf = (file: string): string[] => {
  const code = readFileSync(join(root, file), "utf8");
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map(([, from = ""]) => from);
};

const packageOf = (specifier: string): string | undefined => /^@charla\/([a-z-]+)/.exec(specifier)?.[1];

describe("packages", () => {
  test.each(packages)("%s imports only what lies below it", (name) => {
    const files = sourcesOf(`packages/${name}`);
    expect(files).not.toEqual([]);
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => {
          const other = packageOf(specifier);
          return other !== undefined && other !== name && !mayImport(name).includes(other);
        })
        .map((specifier) => `${file}: ${specifier}`),
    );
    expect(upward).toEqual([]);
  });

  test.each(packages)("%s knows no runtime and no binding", (name) => {
    const bound = sourcesOf(`packages/${name}`).flatMap((file) =>
      importsOf(file)
        .filter((specifier) => /^(cloudflare:|node:)|(^|\/)(workers|emulators|apps)\//.test(specifier))
        .map((specifier) => `${file}: ${specifier}`),
    );
    expect(bound).toEqual([]);
  });
});

function workerNamed(name: string): WorkerConfig {
  const worker = workers.find((candidate) => candidate.name === `charla-${name}`);
  if (worker === undefined) throw new Error(`There is no Worker called ${name}`);
  return worker;
}

/** Every file that ends up in a Worker, found by bundling it. */
function filesIn({ file, main }: WorkerConfig): string[] {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [join(root, file.replace(/wrangler\.toml$/, ""), main)],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
  return Object.keys(metafile.inputs);
}

const MODEL_CODE = /(^|\/)packages\/(models|agent)\/|node_modules\/(ai|agents|workers-ai-provider|@ai-sdk)\//;
/** Vendors' own clients are what our side is tested against; a Worker speaks to the vendor by itself. */
const VENDOR_CLIENTS = "node_modules/(twilio|grammy|@slack/web-api)/";
const OTHER_WORKER = (name: string): RegExp =>
  new RegExp(`(^|/)(workers/(?!${name}/)|emulators/|packages/testkit/|${VENDOR_CLIENTS})`);

describe("Workers", () => {
  test.each(["router", "gateway"])("%s bundles no model code", (name) => {
    expect(filesIn(workerNamed(name)).filter((file) => MODEL_CODE.test(file))).toEqual([]);
  });

  test("model code would be seen: the agent has it", () => {
    const found = filesIn(workerNamed("agent")).filter((file) => MODEL_CODE.test(file));
    expect(found.some((file) => file.includes("packages/models/"))).toBe(true);
    expect(found.some((file) => file.includes("node_modules/@ai-sdk/"))).toBe(true);
  });

  test.each(["gateway", "router", "agent", "tools"])("%s bundles no other Worker and no test equipment", (name) => {
    expect(filesIn(workerNamed(name)).filter((file) => OTHER_WORKER(name).test(file))).toEqual([]);
  });
});

/** Names of Workers that the configuration calls, in whichever kind of binding they stand. */
function calls(worker: WorkerConfig, stage: Stage): string[] {
  const names = new Set([...workers, ...emulators].map(({ name }) => name));
  const found = new Set<string>();
  JSON.stringify(worker.bindings(stage, resourcesFor(stage)), (key, value: unknown) => {
    if ((key === "service" || key === "script_name") && typeof value === "string" && names.has(value)) found.add(value);
    return value;
  });
  return [...found];
}

describe.each(["development", "production"] as const)("bindings in %s", (stage) => {
  test("only ever lead on: no Worker can reach itself through those it calls", () => {
    const reach = (name: string, seen: Set<string>): Set<string> => {
      const worker = [...workers, ...emulators].find((candidate) => candidate.name === name);
      for (const next of worker === undefined ? [] : calls(worker, stage)) {
        if (seen.has(next)) continue;
        seen.add(next);
        reach(next, seen);
      }
      return seen;
    };
    for (const { name } of workers) expect([...reach(name, new Set())]).not.toContain(name);
    expect([...reach("charla-gateway", new Set())]).toEqual(
      expect.arrayContaining(["charla-router", "charla-agent", "charla-tools"]),
    );
  });
});
