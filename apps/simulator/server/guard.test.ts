import { describe, expect, it } from "vitest";
import { Guard } from "./guard.ts";

const guard = new Guard(8790);
const host = "localhost:8790";

describe("who may call the simulator", () => {
  it.each([
    ["a person's browser", "GET", { host, "sec-fetch-site": "none" }],
    ["a link on another page", "GET", { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
    ["its own page", "POST", { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" }],
    ["its own page by address", "POST", { host: "127.0.0.1:8790", origin: "http://127.0.0.1:8790" }],
    ["its own page by the other address", "POST", { host: "[::1]:8790", origin: "http://[::1]:8790" }],
  ])("lets in %s", (_, method, headers) => {
    expect(guard.refusal(method, headers)).toBeUndefined();
  });

  it.each([
    ["a name that leads here by somebody else's DNS", "GET", { host: "evil.example:8790" }],
    [
      "the same name with the origin that goes with it",
      "POST",
      { host: "evil.example:8790", origin: "http://evil.example:8790" },
    ],
    ["another port", "GET", { host: "localhost:8787" }],
    ["nobody's name", "GET", {}],
    ["another page's form", "POST", { host, origin: "https://evil.example" }],
    ["the page of another port", "POST", { host, origin: "http://localhost:8787" }],
    ["one of our names from another of our names", "POST", { host, origin: "http://127.0.0.1:8790" }],
    ["a page without an origin", "POST", { host, origin: "null" }],
    ["a call that hides where it comes from", "POST", { host }],
    ["another page's script", "GET", { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
    ["another page's frame", "GET", { host, origin: "https://evil.example" }],
  ])("refuses %s", (_, method, headers) => {
    expect(guard.refusal(method, headers)).toBeDefined();
  });
});
