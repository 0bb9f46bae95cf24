import { expect, test } from "vitest";
import { baseOf } from "./api.ts";
import { TwilioConfig } from "./config.ts";

test.each([
  ["https://api.twilio.com", "https://messaging.twilio.com"],
  ["https://api.dublin.ie1.twilio.com", "https://messaging.dublin.ie1.twilio.com"],
  ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
  ["https://api.proxy.example/twilio/", "https://api.proxy.example/twilio"],
])("with the API at %s, messaging is at %s", (apiUrl, messaging) => {
  const config = TwilioConfig.parse({ accountSid: `AC${"0".repeat(32)}`, phoneNumber: "+14155238886", apiUrl });
  expect(baseOf(config, "messaging")).toBe(messaging);
  expect(baseOf(config, "api")).toBe(apiUrl.replace(/\/$/, ""));
});
