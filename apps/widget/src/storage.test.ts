import { describe, expect, it } from "vitest";
import { ChatStorage, ownerOf } from "./storage.ts";

function fakeBacking() {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

const jwt = (sub: string, salt: string): string =>
  `h.${Buffer.from(JSON.stringify({ sub, salt })).toString("base64url")}.s`;
const message = (id: string) => ({ id, text: id, at: 1 });

describe("what outlives the page", () => {
  it("keeps unsent messages in order, once each, until they are removed", () => {
    const backing = fakeBacking();
    const storage = new ChatStorage("chn_1", undefined, backing);
    for (const id of ["a", "b", "a"]) storage.addUnsent(message(id));
    storage.removeUnsent("b");
    expect(new ChatStorage("chn_1", undefined, backing).read()).toMatchObject({ unsent: [message("a")], talked: true });
  });

  it("is kept apart by channel and shared between tabs of one", () => {
    const backing = fakeBacking();
    const [one, other] = [new ChatStorage("chn_1", undefined, backing), new ChatStorage("chn_1", undefined, backing)];
    one.addUnsent(message("a"));
    other.addUnsent(message("b"));
    expect(one.read().unsent.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(new ChatStorage("chn_2", undefined, backing).read().unsent).toEqual([]);
  });

  it("belongs to one person: a new token of the same keeps it, another person gets nothing of it", () => {
    const backing = fakeBacking();
    new ChatStorage("chn_1", ownerOf(jwt("ana", "1")), backing).saveSession({ token: "t", expiresAt: 5 });
    expect(new ChatStorage("chn_1", ownerOf(jwt("ana", "2")), backing).read().session?.token).toBe("t");
    expect(new ChatStorage("chn_1", ownerOf(jwt("luis", "1")), backing).read().session).toBeUndefined();
  });

  it("forgets a visitor but not what that visitor wrote", () => {
    const storage = new ChatStorage("chn_1", undefined, fakeBacking());
    storage.saveSession({ token: "t", expiresAt: 5 });
    storage.addUnsent(message("a"));
    storage.forgetVisitor();
    expect(storage.read()).toMatchObject({ session: undefined, unsent: [message("a")] });
  });

  it.each(["", "null", "[]", "{", '{"unsent":[1,{"id":2}],"session":{"token":1}}', '{"unsent":7}'])(
    "starts empty on damaged %j",
    (raw) => {
      const backing = fakeBacking();
      backing.values.set("charla:chn_1", raw);
      expect(new ChatStorage("chn_1", undefined, backing).read()).toMatchObject({ unsent: [], readSeq: 0 });
    },
  );

  it("lives in memory where the browser refuses", () => {
    const refuse = (): never => {
      throw new Error("denied");
    };
    const storage = new ChatStorage("chn_1", undefined, { getItem: refuse, setItem: refuse, removeItem: refuse });
    storage.addUnsent(message("a"));
    expect(storage.read().unsent).toHaveLength(1);
  });
});
