import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Two servers on the same files would spoil them. The operating system holds this lock and lets it go when its holder
 * ends, however that ends; a file with a process number in it would outlive a kill. Undefined when another holds it.
 * What its holder started may live a moment longer: `leftovers.ts`.
 */
export function lockState(stateDir: string): (() => void) | undefined {
  mkdirSync(stateDir, { recursive: true });
  const database = new DatabaseSync(join(stateDir, "lock"));
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch {
    database.close();
    return undefined;
  }
  return () => database.close();
}

export const stateTaken = (stateDir: string, port: number): string =>
  [
    `Otro «npm start» ya usa los datos de ${stateDir}. Termínelo, o pruebe: npm start -- --port ${port} --state OTRA_CARPETA`,
    `Another "npm start" already uses the data in ${stateDir}. End it, or try: npm start -- --port ${port} --state OTHER_FOLDER`,
  ].join("\n");
