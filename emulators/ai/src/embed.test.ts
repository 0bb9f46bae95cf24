import { describe, expect, it } from "vitest";
import { cosine, embed } from "./embed.ts";
import { rerank } from "./rerank.ts";

const passages = [
  "Aceptamos devoluciones durante 30 días con el ticket de compra",
  "Los envíos a la península tardan 48 horas",
  "El horario de la tienda es de 9 a 18 de lunes a viernes",
  "Se admiten mascotas en la terraza",
  "Use the 'Forgot password' link to choose a new password",
  "The washing machine has a three year guarantee",
  "You can cancel your subscription from your account page",
  "Every room has free wifi and breakfast is included",
];

const questions: [string, number][] = [
  ["quiero devolver un producto", 0],
  ["cuanto tarda el envio", 1],
  ["¿a qué hora abrís?", 2],
  ["can I bring my dog?", 3],
  ["how do I reset my password", 4],
  ["is there a warranty on washing machines?", 5],
  ["cancelar subscripcion", 6],
  ["¿el desayuno está incluido?", 7],
  ["subscripton cancelation", 6],
];

describe("embeddings", () => {
  it.each(questions)("ranks the right passage first: %s", (question, expected) => {
    const asked = embed(question);
    const scores = passages.map((passage) => cosine(asked, embed(passage)));
    expect(scores.indexOf(Math.max(...scores))).toBe(expected);
  });

  it("are unit vectors of the size asked for, the same for the same text, accents and case aside", () => {
    const vector = embed("Envío rápido", 384);
    expect(vector).toHaveLength(384);
    expect(cosine(vector, vector)).toBeCloseTo(1, 5);
    expect(embed("ENVIO RAPIDO", 384)).toEqual(vector);
    expect(cosine(embed(""), embed(""))).toBe(1);
  });
});

describe("reranking", () => {
  it.each(questions.slice(0, 8))("puts the right passage first: %s", (question, expected) => {
    const ranked = rerank(question, passages, 3);
    expect(ranked).toHaveLength(3);
    expect(ranked[0]?.id).toBe(expected);
    expect(ranked.every(({ score }) => score > 0 && score < 1)).toBe(true);
  });
});
