import type { Passage } from "@charla/domain/knowledge";

export type FoundChunk = Pick<Passage, "documentId" | "n" | "baseId" | "title" | "heading" | "text" | "language">;
export type Place = Pick<Passage, "documentId" | "n">;

export const placeKey = ({ documentId, n }: Place): string => `${documentId}.${n}`;
