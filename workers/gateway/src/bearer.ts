export function bearerOf(headers: Headers): string | null {
  const match = /^Bearer ([\x21-\x7e]{1,8192})$/i.exec(headers.get("authorization") ?? "");
  return match?.[1] ?? null;
}
