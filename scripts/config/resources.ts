import { readFileSync } from "node:fs";
import type { DatabaseResource, Resources, Stage } from "./worker-config.ts";

export type ProductionDatabase = { name: string; id: string | null };

export type ProductionResources = {
  publicBaseUrl: string;
  /** An address whose domain may send by the platform's mail service. */
  noticeSender: string;
  configNamespaceId: string | null;
  control: ProductionDatabase;
  tenants: ProductionDatabase[];
};

export const developmentFile = new URL("pool.development.json", import.meta.url);
export const productionFile = new URL("pool.production.json", import.meta.url);

const digits = (index: number): string => String(index).padStart(3, "0");

export const tenantDatabaseName = (index: number): string => `charla-tenant-${digits(index)}`;

const tenantBinding = (index: number): string => `TENANT_DB_${digits(index)}`;

// Local databases need ids that look like the real ones and that every Worker agrees on.
const localId = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;

export const readDevelopment = (): { size: number } => JSON.parse(readFileSync(developmentFile, "utf8"));

export const readProduction = (): ProductionResources => JSON.parse(readFileSync(productionFile, "utf8"));

function development(): Resources {
  const tenantDatabases = Array.from({ length: readDevelopment().size }, (_, index): DatabaseResource => {
    return { binding: tenantBinding(index), name: tenantDatabaseName(index), id: localId(index + 1) };
  });
  return {
    controlDatabase: { binding: "CONTROL_DB", name: "charla-control", id: localId(0) },
    tenantDatabases,
    configNamespaceId: "charla-config",
    publicBaseUrl: "http://localhost:8787",
    noticeSender: "charla@charla.example",
  };
}

function production(): Resources {
  const { control, tenants, configNamespaceId, publicBaseUrl, noticeSender } = readProduction();
  return {
    controlDatabase: { binding: "CONTROL_DB", name: control.name, id: control.id ?? undefined },
    tenantDatabases: tenants.map(({ name, id }, index) => ({
      binding: tenantBinding(index),
      name,
      id: id ?? undefined,
    })),
    configNamespaceId: configNamespaceId ?? undefined,
    publicBaseUrl,
    noticeSender,
  };
}

export const resourcesFor = (stage: Stage): Resources => (stage === "production" ? production() : development());
