import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Decoder, Encoder, PacketType, type Packet as TheirPacket } from "socket.io-parser";
import { describe, expect, it } from "vitest";
import { decodePayload, encodePayload, openPacket, PACKET } from "./engine.ts";
import { decodePacket, encodePacket, type Packet } from "./packet.ts";

type Vector = { name: string; frame?: string; decoded?: { type: string; nsp: string; id?: number; data?: unknown } };
const vectors = JSON.parse(
  readFileSync(new URL("../../fixtures/socketio/vectors/socketio.json", import.meta.url), "utf8"),
) as Vector[];
const frameOf = (name: string): string => vectors.find((vector) => vector.name === name)?.frame ?? "";

const NAMES = {
  [PacketType.CONNECT]: "connect",
  [PacketType.DISCONNECT]: "disconnect",
  [PacketType.EVENT]: "event",
  [PacketType.ACK]: "ack",
  [PacketType.CONNECT_ERROR]: "connect_error",
  [PacketType.BINARY_EVENT]: "binary",
  [PacketType.BINARY_ACK]: "binary",
} as const;

/** What the parser of the official client and server makes of a text, or nothing when it refuses it. */
function theirs(text: string): TheirPacket | null {
  let decoded: TheirPacket | null = null;
  const decoder = new Decoder();
  decoder.on("decoded", (packet) => (decoded = packet));
  try {
    decoder.add(text);
  } catch {
    return null;
  }
  return decoded;
}

function asOurs({ type, nsp, id, data }: TheirPacket): Packet {
  const name = NAMES[type];
  const content =
    name === "event" || name === "ack" ? { args: data } : name === "binary" || data === undefined ? {} : { data };
  return { type: name, nsp, ...(id === undefined ? {} : { id }), ...content } as Packet;
}

const nsp = fc.constantFrom("/", "/chat", "/a/b-c");
const id = fc.option(fc.nat(), { nil: undefined });
const args = fc.array(fc.jsonValue(), { maxLength: 3 });
const named = fc.tuple(
  fc.string().filter((name) => !/^(dis)?connect|Listener$/.test(name)),
  args,
);
const data = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }).filter((value) => !("__proto__" in value));
const numbered = <T extends object>(packet: T, number: number | undefined) =>
  number === undefined ? packet : { ...packet, id: number };

const packets: fc.Arbitrary<Exclude<Packet, { type: "binary" }>> = fc.oneof(
  fc.record({ type: fc.constant("connect" as const), nsp, data }),
  fc.record({ type: fc.constant("connect_error" as const), nsp, data }),
  fc.record({ type: fc.constant("disconnect" as const), nsp }),
  fc
    .tuple(nsp, id, named)
    .map(([to, number, [name, rest]]) => numbered({ type: "event" as const, nsp: to, args: [name, ...rest] }, number)),
  fc.record({ type: fc.constant("ack" as const), nsp, id: fc.nat(), args }),
);
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("packets", () => {
  it.each(vectors.filter(({ decoded }) => decoded !== undefined))("$name", ({ frame = "", decoded }) => {
    expect(frame.startsWith(PACKET.message)).toBe(true);
    const { type = "", nsp: to, id: number, data: content } = decoded ?? {};
    const isList = Array.isArray(content);
    expect(decodePacket(frame.slice(1))).toEqual({
      type: type.toLowerCase(),
      nsp: to,
      ...(number === undefined ? {} : { id: number }),
      ...(content === undefined ? {} : isList ? { args: content } : { data: content }),
    });
  });

  it("recognises bytes, and refuses what is no packet", () => {
    expect(decodePacket(frameOf("binary event = header frame then one ws binary frame").slice(1))).toEqual({
      type: "binary",
      nsp: "/chat",
    });
    expect(decodePacket(frameOf("bad packet").slice(1))).toBeNull();
    const { sid, ...rest } = JSON.parse(frameOf("engine open (s->c)").slice(1));
    expect(openPacket({ sid, ...rest })).toBe(frameOf("engine open (s->c)"));
    expect([PACKET.ping, PACKET.pong]).toEqual([frameOf("engine ping (s->c)"), frameOf("engine pong (c->s)")]);
  });

  it("are written so that the official parser reads them, and as it writes them", () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const text = encodePacket(packet);
        const read = theirs(text);
        expect(read && plain(asOurs(read))).toEqual(plain(packet));
        if (read !== null) expect(new Encoder().encode(read)).toEqual([text]);
      }),
    );
  });

  it("are read as the official parser reads them", () => {
    fc.assert(
      fc.property(packets, (packet) => {
        expect(plain(decodePacket(encodePacket(packet)))).toEqual(plain(packet));
      }),
    );
  });

  it("that the official parser refuses are refused, and none throws", () => {
    const pieces = fc.constantFrom(
      "0",
      "2",
      "4",
      "5",
      "51-",
      "/chat,",
      "/",
      ",",
      "7",
      "[",
      "]",
      '["a"]',
      '["connect"]',
      "{}",
      '"',
      "\n",
      "x",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((some) => some.join("")),
        ),
        (text) => {
          const ours = decodePacket(text);
          const read = theirs(text);
          // It keeps numbers where nobody looks for one.
          if (ours !== null && ours.type !== "binary")
            expect(read && plain(asOurs(read))).toMatchObject(JSON.parse(JSON.stringify(ours)));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("share a body of long-polling", () => {
    const several = ["2", '42/chat,["a"]', "6"];
    expect(encodePayload(several)).toBe('2\u001e42/chat,["a"]\u001e6');
    expect(decodePayload(encodePayload(several))).toEqual(several);
  });
});
