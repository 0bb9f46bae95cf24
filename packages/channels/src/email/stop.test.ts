import { describe, expect, it } from "vitest";
import { cloudflare, emailAccount, NOW, outgoing } from "../../test/email-account.ts";
import type { WebhookRequest } from "../contract.ts";
import { emailWebhook } from "../email.ts";
import { stopUrl } from "./stop.ts";

const account = cloudflare;
const requestOf = (url: string, method = "POST"): WebhookRequest => ({
  method,
  url: new URL(url),
  publicUrl: url,
  headers: new Headers({ "content-type": "application/x-www-form-urlencoded" }),
  rawBody: new TextEncoder().encode("List-Unsubscribe=One-Click"),
});

describe("the link to unsubscribe", () => {
  it("opts the person out when it is posted to, once for each mail", async () => {
    const request = requestOf(await stopUrl(account, outgoing()));
    expect(await emailWebhook.verify?.(request, account, NOW)).toEqual({ ok: true });
    const parsed = await emailWebhook.parse?.(request, account, NOW);
    expect(parsed).toEqual({
      arrivals: [
        {
          thread: "eaqu2lyed4t5evhl",
          contact: { address: "" },
          events: [{ kind: "opt_out", externalId: "stop:msg_01k9zx7q2v8m4n6p0r5t3w1yab", at: NOW, why: "asked" }],
          statuses: [],
        },
      ],
      rejected: [],
    });
    const answer = parsed && emailWebhook.acknowledge?.(parsed);
    expect(answer?.status).toBe(200);
    expect(await answer?.text()).toContain("no recibirá más correos");
  });

  it("only asks when it is opened, because scanners open every link", async () => {
    const page = await emailWebhook.handshake?.(requestOf(await stopUrl(account, outgoing()), "GET"), account);
    expect(page?.status).toBe(200);
    const html = (await page?.text()) ?? "";
    expect(html).toContain('<form method="post">');
    expect(html).toContain("Yes, unsubscribe");
    expect(html).not.toContain("ada@example.org");
  });

  it("works for accounts of every vendor", async () => {
    for (const name of ["resend", "postmark"] as const) {
      const other = emailAccount({ name } as { name: "resend"; apiUrl: string });
      const request = requestOf(await stopUrl(other, outgoing()));
      expect(await emailWebhook.verify?.(request, other, NOW)).toEqual({ ok: true });
    }
  });

  it("is refused with a letter changed, for another mail, and at another account", async () => {
    const url = await stopUrl(account, outgoing());
    const code = new URL(url).searchParams.get("stop") ?? "";
    const [thread = "", , mark = ""] = code.split(".");
    const wrong = [
      `${code.slice(0, -1)}${code.endsWith("a") ? "b" : "a"}`,
      `${thread}.msg_other.${mark}`,
      `${"a".repeat(16)}${code.slice(16)}`,
      "",
      "x",
      `${code}a`,
    ];
    for (const one of wrong) {
      const request = requestOf(`${account.webhookUrl}?stop=${one}`);
      expect(await emailWebhook.verify?.(request, account, NOW)).toMatchObject({ ok: false, status: 401 });
      const page = await emailWebhook.handshake?.(requestOf(`${account.webhookUrl}?stop=${one}`, "GET"), account);
      expect(page?.status).toBe(404);
    }
    expect(await emailWebhook.verify?.(requestOf(url), { ...account, id: "chn_other" }, NOW)).toMatchObject({
      ok: false,
    });
  });

  it("is no way around the vendor's signature", async () => {
    const resend = emailAccount({ name: "resend", apiUrl: "https://api.resend.com" });
    const request = requestOf(resend.webhookUrl);
    expect(await emailWebhook.verify?.(request, resend, NOW)).toMatchObject({ ok: false, status: 401 });
    expect(await emailWebhook.verify?.(requestOf(account.webhookUrl), account, NOW)).toMatchObject({ ok: false });
  });
});
