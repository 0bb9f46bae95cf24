/** RFC 6901. `undefined` where the document has nothing at that place. */
export function pick(document: unknown, pointer: string): unknown {
  if (pointer === "") return document;
  let value = document;
  for (const token of pointer.slice(1).split("/")) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = /^(0|[1-9]\d*)$/.test(key) ? value[Number(key)] : undefined;
    else if (typeof value === "object" && value !== null && Object.hasOwn(value, key)) value = Reflect.get(value, key);
    else return undefined;
  }
  return value;
}

export const POINTER = /^(\/([^~/]|~[01])*)*$/;
