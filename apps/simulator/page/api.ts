import type { Act, LineKind, Person, Update } from "../shared/protocol.ts";
import type { Place } from "./store.ts";

/** What the server says is wrong, in its own words. */
async function post(path: string, body: BodyInit, type: string): Promise<Response> {
  const response = await fetch(path, { method: "POST", headers: { "content-type": type }, body });
  if (!response.ok) throw new Error((await response.text()).slice(0, 200));
  return response;
}

export async function act(place: Place, what: Act): Promise<void> {
  await post("/api/act", JSON.stringify({ ...place, act: what }), "application/json");
}

export async function addPerson(line: LineKind, name: string): Promise<Person> {
  return (await post("/api/people", JSON.stringify({ line, name }), "application/json")).json();
}

export async function sendFile(place: Place, file: File): Promise<void> {
  const query = new URLSearchParams({ ...place, name: file.name });
  await post(`/api/files?${query}`, file, file.type || "application/octet-stream");
}

/** The browser comes back by itself when the connection breaks, and is told everything anew. */
export function follow(onUpdate: (update: Update) => void, onLive: (live: boolean) => void): void {
  const source = new EventSource("/api/events");
  source.addEventListener("open", () => onLive(true));
  source.addEventListener("error", () => onLive(false));
  source.addEventListener("message", ({ data }) => {
    const update: Update = JSON.parse(String(data));
    onUpdate(update);
  });
}
