import type { MailDelivery, MailVerdict } from "@charla/domain/rpc";
import { describe, expect, it } from "vitest";
import { takeMail } from "../src/inbound-mail.ts";

type Message = Parameters<typeof takeMail>[0];

function setUp(take: (delivery: MailDelivery) => Promise<MailVerdict>, raw = "Subject: x\r\n\r\nHola") {
  const refused: string[] = [];
  const message: Message = {
    from: "ada@example.org",
    to: "soporte@tienda.example",
    raw: new Response(raw).body ?? new ReadableStream(),
    rawSize: raw.length,
    setReject: (reason) => void refused.push(reason),
  };
  return {
    refused,
    run: (change: Partial<Message> = {}) => takeMail({ ...message, ...change }, { INBOUND_MAIL: { take } }),
  };
}

describe("a mail of this installation", () => {
  it("is handed over whole, with its envelope", async () => {
    const seen: MailDelivery[] = [];
    const { refused, run } = setUp(async (delivery) => {
      seen.push(delivery);
      return { taken: true };
    });
    await run();
    expect(seen).toMatchObject([{ from: "ada@example.org", to: "soporte@tienda.example" }]);
    expect(new TextDecoder().decode(seen[0]?.raw)).toBe("Subject: x\r\n\r\nHola");
    expect(refused).toEqual([]);
  });

  it("is refused with what the router says, or at once when it is too large", async () => {
    const { refused, run } = setUp(async () => ({ taken: false, reason: "5.1.1 nobody" }));
    await run();
    await run({ rawSize: 25 * 1_048_576 + 1 });
    expect(refused).toEqual(["5.1.1 nobody", expect.stringContaining("too large")]);
  });

  it("that could not be stored is not refused: its sender tries again", async () => {
    const { refused, run } = setUp(() => Promise.reject(new Error("UNAVAILABLE")));
    await expect(run()).rejects.toThrow("UNAVAILABLE");
    expect(refused).toEqual([]);
  });
});
