import { readFileSync, writeFileSync } from "node:fs";
import { emulators, renderWorker, workers } from "./render.ts";

const root = new URL("../../", import.meta.url);

function current(file: URL): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** The configurations that are not what the source says. */
export const driftedConfigs = (): string[] =>
  [...workers, ...emulators]
    .filter((worker) => current(new URL(worker.file, root)) !== renderWorker(worker))
    .map((worker) => worker.file);

/** Brings every configuration up to date and tells which ones changed. */
export function writeConfig(): string[] {
  const changed = driftedConfigs();
  for (const worker of [...workers, ...emulators]) {
    if (changed.includes(worker.file)) writeFileSync(new URL(worker.file, root), renderWorker(worker));
  }
  return changed;
}
