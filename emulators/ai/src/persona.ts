const NAME = String.raw`\p{Lu}[\p{L}\p{N}'-]*(?:\s\p{Lu}[\p{L}\p{N}'-]*){0,2}`;

const INTRODUCTIONS = [
  new RegExp(
    String.raw`(?:[Tt]e llamas|[Tt]u nombre es|[Yy]our name is|[Yy]ou are called|[Yy]ou go by)\s+["«“]?(${NAME})`,
    "u",
  ),
  new RegExp(String.raw`^\s*(?:[Nn]ombre|[Nn]ame|[Aa]gente?)\s*:\s*["«“]?(${NAME})`, "mu"),
  new RegExp(String.raw`(?:[Ee]res|[Yy]ou are|[Yy]ou're)\s+["«“]?(${NAME})\s*["»”]?\s*[,.:;(\n]`, "u"),
  new RegExp(String.raw`(?:[Ee]res|[Yy]ou are|[Yy]ou're)\s+["«“]?(${NAME})\s*["»”]?\s*$`, "mu"),
];

/** The name the instructions give the agent, if they give one. */
export function agentName(system: string): string | undefined {
  for (const pattern of INTRODUCTIONS) {
    const name = pattern.exec(system)?.[1];
    if (name) return name;
  }
  return undefined;
}
