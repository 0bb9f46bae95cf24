/** Structured clone, which carries results between Workers, gives up on depths that JSON survives. */
export const MAX_DEPTH = 64;

export function isTooDeep(json: string): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const char = json.charCodeAt(i);
    if (inText) {
      if (char === BACKSLASH) i++;
      else if (char === QUOTE) inText = false;
    } else if (char === QUOTE) inText = true;
    else if (char === BRACKET || char === BRACE) {
      if (++depth > MAX_DEPTH) return true;
    } else if (char === BRACKET + 2 || char === BRACE + 2) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Closing brackets and braces are two code points further. */
const BRACKET = 0x5b;
const BRACE = 0x7b;
