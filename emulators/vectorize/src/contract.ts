/** The service binding's `props`: what creating an index fixes on the real service. */
export interface IndexProps {
  index: string;
  dimensions: number;
  /** How long a mutation stays invisible to queries; the real service takes seconds to minutes. */
  visibilityDelayMs?: number;
  /** When given, only these properties can be filtered on, and `returnMetadata: "indexed"` returns only them. */
  metadataIndexes?: string[];
}

export type Scalar = string | number | boolean | null;
export type MetadataValue = Scalar | string[];
export type Metadata = Record<string, MetadataValue | Record<string, MetadataValue>>;

export interface StoredVector {
  id: string;
  namespace: string;
  values: Float32Array<ArrayBuffer>;
  metadata: Metadata | null;
}

export type MutationKind = "insert" | "upsert" | "delete";

export interface Condition {
  path: string;
  operator: "$eq" | "$ne" | "$lt" | "$lte" | "$gt" | "$gte" | "$in" | "$nin";
  operand: Scalar | Scalar[];
}

export interface Search {
  values: Float32Array<ArrayBuffer>;
  topK: number;
  namespace: string | undefined;
  conditions: Condition[];
  returnValues: boolean;
  returnMetadata: "all" | "indexed" | "none";
}

export interface Match {
  id: string;
  score: number;
  namespace?: string;
  values?: number[];
  metadata?: Metadata;
}
