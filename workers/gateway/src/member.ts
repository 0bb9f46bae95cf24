import type { Actor } from "@charla/services/context";

/** Who a message or a take-over is signed with: a member as such, a program by its key. */
export function memberOf(actor: Actor): { id: string; name?: string } {
  if (actor.type === "member") return { id: actor.id, ...(actor.name === undefined ? {} : { name: actor.name }) };
  return { id: actor.type === "api_key" ? actor.id : actor.type };
}
