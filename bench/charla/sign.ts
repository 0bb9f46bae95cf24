import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/** Standard Webhooks headers, made with the key decoded once: signing must cost the load nothing worth mentioning. */
export function signer(secret: string): (id: string, body: string) => Record<string, string> {
  if (!secret.startsWith(PREFIX)) throw new Error("the channel's secret has another form than expected");
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  return (id, body) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
    return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
  };
}
