/** What people say and vendors report stands in fields of these names, whoever the vendor is. */
const TELLING = new Set([
  "status",
  "sender_action",
  "text",
  "body",
  "caption",
  "emoji",
  "title",
  "subject",
  "action",
  "data",
  "fields",
  "url",
  "Body",
  "MessageStatus",
  "CallStatus",
  "SpeechResult",
  "Digits",
  "filename",
  "file_name",
]);
const OF_EVENTS = new Set(["echo", "read", "delivery", "message_echoes", "edited_message"]);
const MAX = 90;

/** A line by which a person recognises a request, out of its body as it is shown. */
export function gistOf(request: string): string {
  const found = new Set<string>();
  try {
    collect(JSON.parse(request), found);
  } catch {
    for (const [, name = "", value = ""] of request.matchAll(/^(\w+) = (.*)$/gm)) take(name, value, found);
  }
  const gist = [...found].join(" · ");
  return gist.length > MAX ? `${gist.slice(0, MAX)}…` : gist;
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (OF_EVENTS.has(name)) found.add(name);
    if (typeof inner === "string") take(name, inner, found);
    else collect(inner, found);
  }
}

function take(name: string, value: string, found: Set<string>): void {
  if ((TELLING.has(name) || /^email\.\w+$/.test(value)) && value !== "") found.add(value.replaceAll(/\s+/g, " "));
}
