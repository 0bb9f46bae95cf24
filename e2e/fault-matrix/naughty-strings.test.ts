import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { at, listAt, textAt } from "@charla/testkit/charla/api";
import { say } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";

import { NAUGHTY_STRINGS } from "../naughty-strings.ts";
import { System } from "../system.ts";
import type { Thread } from "../thread.ts";

type Row = Record<string, unknown>;

/** A profile's name and a query are short; what is longer is cut or refused, never half stored. */
const MAX_CONTACT_NAME = 200;
const MAX_AGENT_NAME = 120;
const QUERY = { min: 2, max: 200 };
/** Words are what is searched for: two letters or digits at least, accents aside. */
const hasWord = (text: string): boolean => /[\p{L}\p{N}]{2}/u.test(text.normalize("NFKD").replaceAll(/\p{M}/gu, ""));

let system: System;
let thread: Thread;

beforeAll(async () => {
  system = await System.start();
  thread = await system.thread((call) => say(`«${call.messages.at(-1)?.text ?? ""}»`));
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

async function inLanes<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await work(items[index] as T, index);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

async function pages(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor = ""; ;) {
    const page = await system.tenant.api.get(`${path}${cursor}`);
    rows.push(...(listAt(page, "data") as Row[]));
    const next = at(page, "nextCursor");
    if (typeof next !== "string") return rows;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
}

const idOf = (index: number): string => `naughty-${index}`;
/** A conversation's key may hold anything but nothing and control characters; such a string is tried and then replaced. */
const isKey = (text: string): boolean => text !== "" && !/\p{Cc}/u.test(text);

test("35: the list is whole", () => {
  expect(NAUGHTY_STRINGS).toHaveLength(461);
});

describe("35: each of the 461 strings as text, as the key of a conversation, as the name of a contact and of a file", () => {
  const listed = new Map<string, Row>();

  test("is taken or refused by name, reaches the model and comes back from it letter by letter", async () => {
    await inLanes(NAUGHTY_STRINGS, async (text, index) => {
      const event = {
        type: "message",
        id: idOf(index),
        conversation: text,
        contact: { id: idOf(index), name: text },
        text,
        attachments: [{ type: "document", url: "https://files.example/1", name: text }],
      };
      // Twice in the list is twice in one conversation; each is to have its own.
      const repeated = NAUGHTY_STRINGS.indexOf(text) !== index;
      if (!isKey(text)) {
        const { status, body } = await thread.send(event);
        expect([text, status, at(JSON.parse(body), "rejected", 0, "reason")]).toEqual([
          text,
          200,
          "invalid_conversation",
        ]);
      }
      const conversation = isKey(text) && !repeated ? text : idOf(index);
      const { status, body } = await thread.send({ ...event, conversation });
      expect([text, status, JSON.parse(body)]).toEqual([text, 200, { accepted: 1, duplicates: 0, rejected: [] }]);
    });
    const replies = () => system.integrator.messages(thread.account.account);
    await until("all are answered", () => replies().length === NAUGHTY_STRINGS.length, { deadlineMs: 90_000 });
    const answers = new Map(replies().map(({ payload }) => [payload.inReplyTo[0], payload.text]));
    const wrong = NAUGHTY_STRINGS.flatMap((text, index) => {
      const seen = `${text.trim() === "" ? "" : `${text}\n`}[document${text === "" ? "" : `: ${text}`}]`;
      const answer = answers.get(idOf(index));
      return answer === `«${seen}»` ? [] : [[text, answer]];
    });
    expect(wrong).toEqual([]);
  }, 180_000);

  test("is listed as it was", async () => {
    await until(
      "all are listed",
      async () => {
        for (const row of await pages(`/v1/conversations?channelId=${thread.account.channelId}&limit=100`))
          listed.set(String(row["thread"]), row);
        return listed.size === NAUGHTY_STRINGS.length;
      },
      { deadlineMs: 60_000, everyMs: 500 },
    );
    const wrong: unknown[] = [];
    await inLanes(NAUGHTY_STRINGS, async (text, index) => {
      const row = listed.get(idOf(index)) ?? listed.get(text);
      const messages = `/v1/conversations/${textAt(row, "id")}/messages`;
      const inbound = (listAt(await system.tenant.api.get(messages), "data") as Row[]).find(
        ({ externalId }) => externalId === idOf(index),
      );
      const kept = [inbound?.["text"], at(inbound, "media", 0, "name"), at(row, "contact", "name")];
      const name = text.slice(0, MAX_CONTACT_NAME) || null;
      if (JSON.stringify(kept) !== JSON.stringify([text, text, name])) wrong.push([text, kept]);
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  test("is found by a search for it, or the search is refused", async () => {
    const wrong: unknown[] = [];
    await inLanes(NAUGHTY_STRINGS, async (text, index) => {
      const path = `/v1/messages/search?query=${encodeURIComponent(text)}&limit=100`;
      const { status, json } = await system.tenant.api.request("GET", path);
      const { length } = Array.from(text);
      const fits = length >= QUERY.min && length <= QUERY.max;
      if (status !== (fits ? 200 : 400)) wrong.push([text, status, json]);
      if (status !== 200) return;
      const rows = at(json, "nextCursor") === null ? (listAt(json, "data") as Row[]) : await pages(path);
      const found = rows.some(({ externalId }) => externalId === idOf(index));
      if (found !== hasWord(text)) wrong.push([text, found]);
    });
    expect(wrong).toEqual([]);
  }, 120_000);
});

test("35: each as the name and the instructions of an agent is kept, or refused with 400", async () => {
  const { api } = system.tenant;
  const model = system.modelRef("scripted");
  const wrong: unknown[] = [];
  await inLanes(NAUGHTY_STRINGS, async (text) => {
    const fits = text !== "" && text.length <= MAX_AGENT_NAME;
    const created = await api.request("POST", "/v1/agents", { settings: { name: text, instructions: text, model } });
    if (created.status !== (fits ? 201 : 400)) wrong.push([text, created.status, created.json]);
    const id = fits
      ? textAt(created.json, "id")
      : textAt(await api.post("/v1/agents", { settings: { name: "Ana", instructions: text, model } }), "id");
    const { name, instructions } = at(await api.get(`/v1/agents/${id}`), "settings") as Row;
    if (instructions !== text || (fits && name !== text)) wrong.push([text, name, instructions]);
  });
  expect(wrong).toEqual([]);
}, 120_000);
