import { randomBytes } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseKeyring } from "../vault/keyring.ts";
import { fileLinkPath, linkName, verifyFileLink } from "./link.ts";

const kek = (version: string): string => `${version}:${randomBytes(32).toString("base64")}`;
const [first, second] = [kek("v1"), kek("v2")];
const keyring = parseKeyring(first);
const NOW = 1_790_000_000_000;
const file = { key: "ten_a/media/cnv_1/out/fil_1", name: "año nuevo.pdf" };

const partsOf = (path: string): { key: string; proof: string; name: string } => {
  const [, , key = "", proof = "", name = ""] = path.split("/");
  return { key, proof, name: decodeURIComponent(name) };
};
const linked = async (expiresAt = NOW + 60_000) => partsOf(await fileLinkPath(keyring, file, expiresAt));

describe("a link to a file", () => {
  it("opens what it names, until it expires", async () => {
    expect(await verifyFileLink(keyring, await linked(), NOW)).toEqual({ ok: true, file });
    expect(await verifyFileLink(keyring, await linked(), NOW + 60_000)).toEqual({ ok: false, reason: "expired" });
  });

  it("is the same whenever it is made", async () => {
    expect(await linked()).toEqual(await linked());
  });

  it("says nothing once a single character of it is another", async () => {
    const whole = await linked();
    const place = fc.constantFrom<keyof typeof whole>("key", "proof", "name");
    await fc.assert(
      fc.asyncProperty(
        place,
        fc.nat(),
        fc.constantFrom("0", "A", "a", "z", "9", ".", "_", "-"),
        async (part, at, sign) => {
          const text = whole[part];
          const n = at % text.length;
          const changed = `${text.slice(0, n)}${sign}${text.slice(n + 1)}`;
          fc.pre(changed !== text);
          expect(await verifyFileLink(keyring, { ...whole, [part]: changed }, NOW)).toEqual({
            ok: false,
            reason: "unknown",
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("of one tenant holds for no object of another, and not under another installation's key", async () => {
    const { proof, name } = await linked();
    const theirs = partsOf(await fileLinkPath(keyring, { ...file, key: file.key.replace("ten_a", "ten_b") }, NOW));
    const unknown = { ok: false, reason: "unknown" };
    expect(await verifyFileLink(keyring, { key: theirs.key, proof, name }, NOW)).toEqual(unknown);
    expect(await verifyFileLink(parseKeyring(second), await linked(), NOW)).toEqual(unknown);
  });

  it("outlives the change of the key by which it was made", async () => {
    const before = await linked();
    expect(await verifyFileLink(parseKeyring(`${first},${second}`), before, NOW)).toEqual({ ok: true, file });
  });
});

describe("the name in a link", () => {
  it("keeps its ending however long it is, and holds nothing that is a path", () => {
    expect(linkName("factura.pdf")).toBe("factura.pdf");
    expect(linkName(`${"informe ".repeat(20)}.xlsx`)).toMatch(/^informe .{0,45}\.xlsx$/);
    expect(linkName("../..\\etc\u0000/x.png")).toBe(".._.._etc__x.png");
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
        const short = linkName(name);
        expect(short.length).toBeLessThanOrEqual(50);
        expect(short).not.toMatch(/[/\\\p{Cc}]/u);
        expect(() => encodeURIComponent(short)).not.toThrow();
      }),
    );
  });
});
