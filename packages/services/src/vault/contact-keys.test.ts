import { type LocalStorage, startLocalStorage } from "@charla/testkit/local-storage";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  contactKey,
  contactKeyPath,
  destroyContactKey,
  newContactKey,
  openForContact,
  sealForContact,
  type TenantKey,
} from "./contact-keys.ts";
import { newWrappedKey, parseKeyring } from "./keyring.ts";

const KEK = `v1:${Buffer.alloc(32, 3).toString("base64")}`;
// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let storage: LocalStorage;
let wrappedKey = "";

/** Every keyring has its own caches, as every isolate has. */
const isolate = (tenantId = "ten_a"): TenantKey => ({
  tenantId,
  wrappedKey,
  keyring: parseKeyring(KEK),
  files: storage.files,
});

beforeAll(async () => {
  storage = await startLocalStorage(0);
  wrappedKey = await newWrappedKey(parseKeyring(KEK));
});
afterAll(() => storage.stop());

describe("contact keys", () => {
  it("open in one isolate what another has sealed", async () => {
    const sealed = await sealForContact(isolate(), "con_1", "name", "Ana");
    expect(await openForContact(isolate(), "con_1", "name", sealed)).toBe("Ana");
  });

  it("are one key, whoever makes it first", async () => {
    const texts = ["a", "b", "c", "d", "e", "f"];
    const sealed = await Promise.all(texts.map((text) => sealForContact(isolate(), "con_2", "name", text)));
    expect(new Set(sealed.map((value) => value.split(".")[1])).size).toBe(1);
    const reader = isolate();
    expect(await Promise.all(sealed.map((value) => openForContact(reader, "con_2", "name", value)))).toEqual(texts);
  });

  it("of strangers are made without a look, and are one key all the same", async () => {
    const get = vi.spyOn(storage.files, "get");
    const key = await newContactKey(isolate(), "con_7");
    expect(get).not.toHaveBeenCalled();
    const keys = [await newContactKey(isolate(), "con_7"), await contactKey(isolate(), "con_7")];
    expect(keys.map(({ id }) => id)).toEqual([key.id, key.id]);
    get.mockRestore();
  });

  it("S31: do not open another contact's or tenant's values", async () => {
    const sealed = await sealForContact(isolate(), "con_3", "name", "Ana");
    await sealForContact(isolate(), "con_4", "name", "Berta");
    await expect(openForContact(isolate(), "con_4", "name", sealed)).rejects.toThrow("another key");
    await expect(openForContact(isolate(), "con_3", "address", sealed)).rejects.toThrow("does not belong");
    const stolen = await storage.files.get(contactKeyPath("ten_a", "con_3"));
    await storage.files.put(contactKeyPath("ten_b", "con_3"), (await stolen?.text()) ?? "");
    await expect(openForContact(isolate("ten_b"), "con_3", "name", sealed)).rejects.toThrow("does not belong");
  });

  it("take everything they sealed with them", async () => {
    const sealed = await sealForContact(isolate(), "con_5", "name", "Ana");
    const tenant = isolate();
    await destroyContactKey(tenant, "con_5");
    expect(await openForContact(tenant, "con_5", "name", sealed)).toBeNull();
    expect(await openForContact(isolate(), "con_5", "name", sealed)).toBeNull();
  });

  it("are not written in clear", async () => {
    await sealForContact(isolate(), "con_6", "name", "Ana");
    const stored = await storage.files.get(contactKeyPath("ten_a", "con_6"));
    expect(await stored?.text()).toMatch(/^s1\./);
  });
});
