import type { Owner } from "@charla/domain/log";

/** The owner as of now: a pause or a loan to a person ends by itself. */
export function ownerAt(owner: Owner, now: number): Owner {
  if (owner.type !== "ai" && owner.until !== undefined && owner.until <= now) return { type: "ai" };
  return owner;
}

export const mayAutomaticallySpeak = (owner: Owner, now: number): boolean => ownerAt(owner, now).type === "ai";
