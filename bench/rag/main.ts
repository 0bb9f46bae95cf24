/**
 * How well what answers a question is found: by words, by vectors, by both, and by what a turn is shown of both; and how
 * fast. `--quick` leaves the speed out. A real embedding endpoint is measured beside the emulator where one is set.
 */
import { parseArgs } from "node:util";
import { type Embed, ofEmulator, ofEndpoint } from "./embeddings.ts";
import { AT, measureQuality, type Part, type Quality } from "./quality.ts";
import { measureSpeed } from "./speed.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    sizes: { type: "string", default: "1000,10000,50000" },
    misses: { type: "boolean", default: false },
  },
});

const LEAST_RECALL = 0.85;
const WAYS = ["lexical", "vector", "hybrid", "shown"] as const;

const shown = ({ recall, mrr }: { recall: number; mrr: number }): string => `${recall.toFixed(3)}  ${mrr.toFixed(3)}`;

function print(name: string, { passages, parts, refused, unanswerable, misses }: Quality): void {
  console.log(`${name}: ${passages} passages, recall@${AT} and MRR`);
  console.log(`${"".padEnd(12)}questions   ${WAYS.map((way) => way.padEnd(15)).join("")}`);
  for (const part of parts)
    console.log(
      `${part.part.padEnd(12)}${String(part.questions).padStart(9)}   ${WAYS.map((way) => shown(part[way]).padEnd(15)).join("")}`,
    );
  console.log(`nothing shown for ${refused} of ${unanswerable} questions that nothing answers`);
  if (values.misses) console.log(misses.join("\n"));
}

/** What is promised of every part of the questions, with the emulator. */
function broken({ part, lexical, vector, hybrid, shown: turn }: Part): string[] {
  const promises: [string, boolean][] = [
    ["recall of both is below one of them", hybrid.recall >= Math.max(lexical.recall, vector.recall)],
    ["MRR of both is below one of them", hybrid.mrr >= Math.max(lexical.mrr, vector.mrr)],
    [`recall of what is shown is below ${LEAST_RECALL}`, turn.recall >= LEAST_RECALL],
  ];
  return promises.flatMap(([what, kept]) => (kept ? [] : [`${part}: ${what}`]));
}

const emulated = await measureQuality(ofEmulator);
print("embeddings of the emulator", emulated);
const endpoint: Embed | null = ofEndpoint(process.env);
if (endpoint !== null)
  print(`embeddings of ${process.env["RAG_EMBEDDINGS_MODEL"] ?? ""}`, await measureQuality(endpoint));
const problems = emulated.parts.flatMap(broken);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

if (!values.quick) {
  console.log("\npassages   read per second   search p50 ms   p95 ms   (the index of vectors is the emulator's)");
  await measureSpeed(values.sizes.split(",").map(Number), ({ passages, ingestedPerSecond, searchMs }) =>
    console.log(
      `${String(passages).padStart(8)}${ingestedPerSecond.toFixed(0).padStart(18)}${searchMs.p50.toFixed(1).padStart(16)}${searchMs.p95.toFixed(1).padStart(9)}`,
    ),
  );
}
