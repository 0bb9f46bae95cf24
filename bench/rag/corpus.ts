import { readFileSync, readdirSync } from "node:fs";
import { chunksOf } from "@charla/agent/rag/chunk";

const here = new URL("./", import.meta.url);

export type CorpusPassage = { document: string; n: number; title: string; heading: string; body: string };
/** `held` questions are only ever measured: nothing may be chosen by how well they go. */
export type Question = { text: string; document: string; heading: string; held: boolean };

const lines = (file: string): string[] => readFileSync(new URL(file, here), "utf8").trim().split("\n");

/** Every document as it would be uploaded, cut into passages as an upload is. */
export const documents = (): { name: string; text: string }[] =>
  readdirSync(new URL("corpus/", here))
    .toSorted()
    .map((file) => ({ name: file.replace(/\.md$/, ""), text: readFileSync(new URL(`corpus/${file}`, here), "utf8") }));

export const passages = (): CorpusPassage[] =>
  documents().flatMap(({ name, text }) =>
    chunksOf(text).chunks.map(({ heading, body }, n) => ({ document: name, n, title: `${name}.md`, heading, body })),
  );

/** `document | heading of the passage that answers | question`; every third is held back. */
export const questions = (): Question[] =>
  lines("questions.txt").map((line, at) => {
    const [document = "", heading = "", text = ""] = line.split(" | ");
    return { document, heading, text, held: at % 3 === 2 };
  });

export const unanswerable = (): string[] => lines("unanswerable.txt");
