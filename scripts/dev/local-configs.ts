import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { emulators, workers } from "../config/render.ts";

const secretsFile = ".dev.vars";

/** A configuration that says the same from another folder, but for the name under which this start is reached. */
export const relocated = (text: string, folder: string, publicBaseUrl: string): string =>
  text
    .replaceAll(
      /^(main|directory|migrations_dir) = "(.+)"$/gm,
      (_, name: string, path: string) => `${name} = ${JSON.stringify(join(folder, path))}`,
    )
    .replaceAll(/^PUBLIC_BASE_URL = .*$/gm, () => `PUBLIC_BASE_URL = ${JSON.stringify(publicBaseUrl)}`);

/**
 * The configurations of one start, beside its data: `wrangler dev` takes options for the first of several Workers only,
 * and two starts of one checkout must not read each other's. In the order in which they are to be named: only the first
 * gets the port, and only the gateway may be reached from outside.
 */
export function writeLocalConfigs(root: string, stateDir: string, publicBaseUrl: string): string[] {
  return [...workers.toReversed(), ...emulators].map(({ name, file }) => {
    const folder = dirname(join(root, file));
    const place = join(stateDir, "config", name);
    mkdirSync(place, { recursive: true });
    const secrets = join(folder, secretsFile);
    if (existsSync(secrets)) copyFileSync(secrets, join(place, secretsFile));
    const config = join(place, "wrangler.toml");
    writeFileSync(config, relocated(readFileSync(join(root, file), "utf8"), folder, publicBaseUrl));
    return config;
  });
}
