import type { TomlTable } from "./toml.ts";

export type Stage = "development" | "production";

/** One bindings section of a wrangler configuration; named environments inherit nothing, so each stage has its own. */
export type Bindings = TomlTable;

export type WorkerConfig = {
  name: string;
  /** Where wrangler.toml goes, relative to the repository root. */
  file: string;
  main: string;
  /** Emulators exist only in development and never get a production section. */
  stages: readonly Stage[];
  compatibilityFlags: readonly string[];
  /** Names of the secrets without which it must not run. */
  secrets: readonly string[];
  bindings: (stage: Stage, resources: Resources) => Bindings;
};

export type DatabaseResource = { binding: string; name: string; id: string | undefined };

export type Resources = {
  controlDatabase: DatabaseResource;
  tenantDatabases: readonly DatabaseResource[];
  configNamespaceId: string | undefined;
  publicBaseUrl: string;
  noticeSender: string;
};
