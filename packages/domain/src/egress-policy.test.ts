import { describe, expect, it } from "vitest";
import { egressRefusal, hostAllowed, isLoopback, policedFetch } from "./egress-policy.ts";

const strict = { allowLoopback: false };
const refusal = (address: string, policy = strict): string | null => {
  const url = URL.parse(address);
  return url === null ? "no URL" : egressRefusal(url, policy);
};

/** Every spelling the parser accepts for places nobody outside may ask us to reach. */
const HOSTS_OF_THIS_MACHINE = [
  "localhost",
  "LOCALHOST",
  "localhost.",
  "x.localhost",
  "a.b.localhost.",
  "127.0.0.1",
  "127.0.0.1.",
  "127.1",
  "127.0.1",
  "127.255.255.254",
  "0177.0.0.1",
  "0177.0.0.01",
  "2130706433",
  "0x7f.1",
  "0x7f000001",
  "0x7F.0x0.0x0.0x1",
  "017700000001",
  "127.0.0x1",
  "127。0。0。1",
  "１２７.０.０.１",
  "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
  "%6c%6f%63%61%6c%68%6f%73%74",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[0000:0000:0000:0000:0000:0000:0000:0001]",
];

const OTHER_FORBIDDEN_HOSTS = [
  "0.0.0.0",
  "0",
  "0.1.2.3",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::ffff:10.0.0.1]",
  "[::ffff:8.8.8.8]",
  "[::127.0.0.1]",
  "[::ffff:0:127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b::10.0.0.1]",
  "[64:ff9b:1::7f00:1]",
  "[2002:7f00:1::]",
  "[2002:c0a8:101::1]",
  "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
  "[2001:db8::1]",
  "[3fff::1]",
  "[fc00::1]",
  "[fd12:3456:789a::1]",
  "[fe80::1]",
  "[febf::1]",
  "[fec0::1]",
  "[ff02::1]",
  "[100::1]",
  "[fd00:ec2::254]",
  "10.0.0.1",
  "10.255.255.255",
  "012.0.0.1",
  "0xa.1",
  "167772161",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "192.168.1",
  "3232235521",
  "169.254.169.254",
  "0xa9fea9fe",
  "2852039166",
  "169.254.170.2",
  "100.64.0.1",
  "100.127.255.255",
  "100.100.100.200",
  "192.0.0.192",
  "192.0.2.1",
  "192.88.99.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
  "metadata",
  "metadata.google.internal",
  "metadata.google.internal.",
  "instance-data",
  "instance-data.ec2.internal",
  "kubernetes.default.svc",
  "db.internal",
  "printer.local",
  "router.lan",
  "nas.home.arpa",
  "wiki.corp",
  "intranet",
  "x.intranet",
  "host.localdomain",
  "service.private",
  "hidden.onion",
  "x.test",
  "x.invalid",
  "1.0.0.127.in-addr.arpa",
];

describe("addresses that may not be reached", () => {
  const all = [...HOSTS_OF_THIS_MACHINE, ...OTHER_FORBIDDEN_HOSTS];

  it("are at least eighty", () => expect(new Set(all).size).toBeGreaterThanOrEqual(80));

  it.each(all)("https://%s/ is refused", (host) => {
    expect(refusal(`https://${host}/`)).not.toBeNull();
    expect(refusal(`https://${host}:8443/path?x=1`)).not.toBeNull();
  });

  it.each(OTHER_FORBIDDEN_HOSTS)("https://%s/ is refused in development too", (host) => {
    expect(refusal(`https://${host}/`, { allowLoopback: true })).not.toBeNull();
  });

  it.each([
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "data:text/plain,hello",
    "gopher://example.com:70/_",
    "javascript:alert(1)",
    "blob:https://example.com/1",
    "ws://example.com/",
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://:password@example.com/",
    "https://example.com:22/",
    "https://example.com:3306/",
    "https://example.com:8080/",
    "https://example.com:65535/",
    "https://localhost@169.254.169.254/",
    "https://999.1.1.1/",
    "https://1.2.3.4.5/",
    "https://example.0x1/",
  ])("%s is refused", (address) => expect(refusal(address)).not.toBeNull());
});

describe("addresses that may be reached", () => {
  it.each([
    "https://example.com/",
    "https://EXAMPLE.com./path",
    "https://api.example.co.uk:8443/v1",
    "https://example.com:443/",
    "https://8.8.8.8/",
    "https://172.32.0.1/",
    "https://100.128.0.1/",
    "https://[2606:4700:4700::1111]/",
    "https://tiendañandú.example/",
    "https://xn--bcher-kva.example/",
    "https://internal.example.com/",
    "https://localhost.example.com/",
    "https://10.0.0.1.nip.io/",
  ])("%s is not refused by its form", (address) => expect(refusal(address)).toBeNull());
});

describe("loopback in development", () => {
  const loose = { allowLoopback: true };

  it.each(HOSTS_OF_THIS_MACHINE)("http://%s:21800/ is allowed, and nothing else in plain http", (host) => {
    expect(refusal(`http://${host}:21800/`, loose)).toBeNull();
    expect(refusal(`http://${host}:21800/`)).not.toBeNull();
    expect(refusal("http://example.com/", loose)).not.toBeNull();
  });

  it("is still no place for credentials or other schemes", () => {
    expect(refusal("http://user@127.0.0.1/", loose)).not.toBeNull();
    expect(refusal("ftp://127.0.0.1/", loose)).not.toBeNull();
  });

  it("is known by name and number", () => {
    expect(isLoopback("localhost.")).toBe(true);
    expect(isLoopback("127.9.9.9")).toBe(true);
    expect(isLoopback("128.0.0.1")).toBe(false);
    expect(isLoopback("localhost.example.com")).toBe(false);
  });
});

describe("the list of allowed hosts", () => {
  it("means exact names, or names below a domain", () => {
    expect(hostAllowed("api.example.com", ["api.example.com"])).toBe(true);
    expect(hostAllowed("API.example.com.", ["api.example.com"])).toBe(true);
    expect(hostAllowed("evil-api.example.com", ["api.example.com"])).toBe(false);
    expect(hostAllowed("api.example.com.evil.net", ["api.example.com"])).toBe(false);
    expect(hostAllowed("a.example.com", ["*.example.com"])).toBe(true);
    expect(hostAllowed("example.com", ["*.example.com"])).toBe(false);
    expect(hostAllowed("evilexample.com", ["*.example.com"])).toBe(false);
    expect(hostAllowed("example.com", [])).toBe(false);
  });

  it("cannot be turned on ourselves", () => {
    expect(refusal("https://charla.example/", { allowLoopback: false })).toBeNull();
    const policy = { allowLoopback: true, deniedHosts: ["charla.example"] };
    expect(refusal("https://charla.example/v1/tenants", policy)).not.toBeNull();
  });
});

describe("a policed fetch", () => {
  const calls: { url: string; redirect: string | undefined }[] = [];
  const go: typeof fetch = (input, init) => {
    calls.push({ url: input instanceof Request ? input.url : String(input), redirect: init?.redirect });
    return Promise.resolve(new Response(null, { status: 302, headers: { location: "http://169.254.169.254/" } }));
  };

  it("lets good addresses through and follows nothing", async () => {
    const response = await policedFetch(go, strict)("https://api.example.com/hook", { method: "POST" });
    expect(response.status).toBe(302);
    expect(calls.splice(0)).toEqual([{ url: "https://api.example.com/hook", redirect: "manual" }]);
  });

  it.each(["http://127.0.0.1:9/", "https://10.0.0.1/", "https://metadata.google.internal/"])(
    "sends nothing to %s",
    async (address) => {
      await expect(policedFetch(go, strict)(address)).rejects.toMatchObject({ code: "EGRESS_DENIED" });
      await expect(policedFetch(go, strict)(new Request(address))).rejects.toMatchObject({ code: "EGRESS_DENIED" });
      expect(calls).toEqual([]);
    },
  );
});
