import { conceptsOf } from "./concepts.ts";
import { fold, isStopWord, stem } from "./words.ts";

const STOP_WORD_WEIGHT = 0.1;
const PAIR_WEIGHT = 0.4;
const GRAM_WEIGHT = 0.18;
const CONCEPT_WEIGHT = 1.1;
const GRAM_SIZES = [3, 4] as const;

function hash(feature: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < feature.length; i++) value = Math.imul(value ^ feature.charCodeAt(i), 0x01000193);
  value ^= value >>> 15;
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  return value >>> 0;
}

/** Weighted features of a text: stems, neighbouring pairs, letter groups (typos, inflection) and the lexicon's ideas. */
function featuresOf(text: string): Map<string, number> {
  const features = new Map<string, number>();
  const add = (feature: string, weight: number) => features.set(feature, (features.get(feature) ?? 0) + weight);
  const words = fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  let previous = "";
  for (const word of words) {
    const base = stem(word);
    const weight = isStopWord(word) ? STOP_WORD_WEIGHT : 1;
    add(`w:${base}`, weight);
    for (const concept of conceptsOf(word)) add(`c:${concept}`, CONCEPT_WEIGHT);
    if (weight < 1) continue;
    if (previous !== "") add(`p:${previous} ${base}`, PAIR_WEIGHT);
    previous = base;
    // Open-ended at the back: endings are shared by words that have nothing else in common.
    const padded = `^${word}`;
    for (const size of GRAM_SIZES)
      for (let i = 0; i + size <= padded.length; i++) add(`g:${padded.slice(i, i + size)}`, GRAM_WEIGHT);
  }
  return features;
}

/** Signed feature hashing to a unit vector; what repeats counts with the square root of its weight. */
export function embed(text: string, dimensions = 1024): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const [feature, weight] of featuresOf(text)) {
    const code = hash(feature);
    const at = code % dimensions;
    const damped = weight > 1 ? Math.sqrt(weight) : weight;
    const signed = (hash(`${feature}#`) & 1) === 0 ? damped : -damped;
    vector[at] = (vector[at] ?? 0) + signed;
  }
  let length = 0;
  for (const value of vector) length += value * value;
  if (length === 0) {
    vector[0] = 1;
    return vector;
  }
  const scale = 1 / Math.sqrt(length);
  return vector.map((value) => value * scale);
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
