/** Doubles with every attempt up to a ceiling; attempts count from one. */
export function backOffSeconds(attempts: number, first: number, most: number): number {
  return Math.min(first * 2 ** Math.min(attempts - 1, 20), most);
}
