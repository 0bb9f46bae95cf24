import { egressRefusal } from "@charla/domain/egress-policy";
import { expect, test } from "vitest";
import { inSpanish } from "./words.ts";

test.each([
  "https://a:b@c.example",
  "https://127.0.0.1",
  "https://own.example",
  "https://a.internal",
  "https://intranet",
  "https://1.168.192.in-addr.arpa",
  "https://0.0.0.1",
  "https://10.0.0.1",
  "https://169.254.1.1",
  "https://100.64.0.1",
  "https://198.18.0.1",
  "https://240.0.0.1",
  "https://[fe80::1]",
  "https://[64:ff9b::808:808]",
  "http://a.example",
  "https://a.example:22",
])("why %s is refused can be said in Spanish", (url) => {
  const refusal = egressRefusal(new URL(url), { allowLoopback: false, deniedHosts: ["own.example"] }) ?? "";
  expect(refusal).not.toBe("");
  expect(inSpanish(refusal)).not.toBe(refusal);
});
