/** Socket.IO protocol 5 without bytes. Packets with attachments are recognised, so that they can be answered. */
export type Packet =
  | { type: "connect"; nsp: string; data?: Record<string, unknown> }
  | { type: "disconnect"; nsp: string }
  | { type: "event"; nsp: string; id?: number; args: unknown[] }
  | { type: "ack"; nsp: string; id: number; args: unknown[] }
  | { type: "connect_error"; nsp: string; data: Record<string, unknown> }
  | { type: "binary"; nsp: string; id?: number };

const CODES = { connect: 0, disconnect: 1, event: 2, ack: 3, connect_error: 4 } as const;
const RESERVED = new Set(["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]);

/** Type, attachments, namespace, number of the ack that is asked for, and the rest. */
const SHAPE = /^([0-6])(?:(\d{1,9})-)?(?:(\/[^,]{0,200})(?:,|$))?(\d{1,15})?([[{"].*)?$/s;

export function encodePacket(packet: Exclude<Packet, { type: "binary" }>): string {
  const { type, nsp } = packet;
  const prefix = `${CODES[type]}${nsp === "/" ? "" : `${nsp},`}`;
  if (type === "event" || type === "ack") return `${prefix}${packet.id ?? ""}${JSON.stringify(packet.args)}`;
  if (type === "disconnect" || packet.data === undefined) return prefix;
  return `${prefix}${JSON.stringify(packet.data)}`;
}

/** Null for whatever is no packet; the connection it came on is closed, as every server of the protocol does. */
export function decodePacket(text: string): Packet | null {
  const found = SHAPE.exec(text);
  if (found === null) return null;
  const [, code, attachments, nsp = "/", number, json] = found;
  const id = number === undefined ? {} : { id: Number(number) };
  if (code === "5" || code === "6") return attachments === undefined ? null : { type: "binary", nsp, ...id };
  if (attachments !== undefined) return null;
  const data = json === undefined ? undefined : parse(json);
  if (data === BAD) return null;
  switch (code) {
    case "0":
      if (data === undefined) return { type: "connect", nsp };
      return isRecord(data) ? { type: "connect", nsp, data } : null;
    case "1":
      return data === undefined ? { type: "disconnect", nsp } : null;
    case "2":
      return isEvent(data) ? { type: "event", nsp, ...id, args: data } : null;
    case "3":
      return Array.isArray(data) && id.id !== undefined ? { type: "ack", nsp, id: id.id, args: data } : null;
    case "4":
      return isRecord(data) ? { type: "connect_error", nsp, data } : null;
    default:
      return null;
  }
}

const BAD = Symbol("not JSON");

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return BAD;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isEvent = (value: unknown): value is unknown[] =>
  Array.isArray(value) && (typeof value[0] === "number" || (typeof value[0] === "string" && !RESERVED.has(value[0])));
