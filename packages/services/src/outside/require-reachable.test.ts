import { expect, test } from "vitest";
import { addressesIn, requireReachable } from "./require-reachable.ts";

const egress = { allowLoopback: false, deniedHosts: ["charla.example.org"] };

test("finds what is called in settings of any depth, and nothing else", () => {
  const config = {
    apiUrl: "https://a.example",
    provider: { name: "resend", apiUrl: "https://b.example" },
    allowedOrigins: ["http://intranet"],
    site: "http://intranet",
    emptyUrl: "",
  };
  expect(addressesIn(config, "config")).toEqual([
    { path: "config.apiUrl", url: "https://a.example" },
    { path: "config.provider.apiUrl", url: "https://b.example" },
  ]);
  expect(addressesIn(undefined, "config")).toEqual([]);
});

test("names every field that may not be called, this machine and our own name among them", () => {
  const addresses = ["https://ok.example", "http://localhost:1", "https://charla.example.org/v1"].map((url, n) => ({
    path: `f${n}`,
    url,
  }));
  const refused = { code: "EGRESS_DENIED", details: { fields: [{ path: "f1" }, { path: "f2" }] } };
  expect(() => requireReachable({ egress }, addresses)).toThrow(expect.objectContaining({ code: refused.code }));
  try {
    requireReachable({ egress }, addresses);
  } catch (error) {
    expect(error).toMatchObject(refused);
  }
  expect(() => requireReachable({ egress }, addresses.slice(0, 1))).not.toThrow();
});
