import { runInDurableObject } from "cloudflare:test";
import { World, type WorldIds } from "../world.ts";
import { markOf, outcomeOf, ToolDesk } from "./outside.ts";
import type { Move, Outcome, Recording, StoredRow } from "./recording.ts";

export async function storedLog(world: World): Promise<{ table: string; rows: StoredRow[] }> {
  return await runInDurableObject(world.stub, (_instance, { storage: { sql } }) => ({
    table: String(sql.exec("SELECT sql FROM sqlite_schema WHERE name = 'log'").one()["sql"]),
    rows: sql.exec<StoredRow>("SELECT * FROM log ORDER BY seq").toArray(),
  }));
}

export async function move(world: World, moves: readonly Move[]): Promise<void> {
  const { tenantId } = world;
  for (const next of moves) {
    if (next.do === "wake") await world.stub.poke({ tenantId });
    if (next.do === "say") await world.say(next.id, next.text);
    if (next.do === "hand back") await world.stub.handBack({ tenantId, by: "mem_1" });
    if (next.do === "replay the dead letter") {
      const dead = (await world.rows()).find(({ kind, state }) => kind === "turn" && state === "failed");
      await world.stub.replay({ tenantId, seq: dead?.seq ?? 0, by: "mem_1" });
    }
  }
  await world.rest();
}

/** Puts the recording into the storage of a fresh object and lets today's build go on with it. */
export async function play(recording: Recording, ids: WorldIds = recording.ids): Promise<Outcome> {
  const world = await World.start({}, [], undefined, ids);
  await world.publishRelease(recording.release);
  const desk = new ToolDesk(world.tenantId);
  desk.answer = recording.tool;
  world.respond = (_request, call) => recording.model[call] ?? { status: 500 };
  const rows = recording.rows.map((row) => moved(row, recording, ids, Date.now()));
  await runInDurableObject(world.stub, (_instance, { storage: { sql } }) => {
    sql.exec(recording.table);
    for (const { seq, kind, turn, key, state, at, body } of rows)
      sql.exec("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", seq, kind, turn, key, state, at, body);
  });
  const mark = markOf(world, desk);
  // The object that was written to knows nothing of it; the next one finds it in its storage.
  await world.lose();
  await move(world, recording.moves);
  return await outcomeOf(world, desk, recording, mark);
}

const NEAR_MS = 30 * 24 * 3_600_000;

/** As if it had been recorded just now: deadlines and time limits count from the recording's instants. */
function moved(row: StoredRow, { recordedAt, ids }: Recording, to: WorldIds, now: number): StoredRow {
  const shifted = (value: unknown): unknown =>
    typeof value === "number" && Math.abs(value - recordedAt) < NEAR_MS ? value + now - recordedAt : value;
  const body: unknown = JSON.parse(row.body, (_key, value) => shifted(value));
  const text = JSON.stringify(body).replaceAll(JSON.stringify(ids.thread), JSON.stringify(to.thread));
  return { ...row, at: Number(shifted(row.at)), body: text };
}
