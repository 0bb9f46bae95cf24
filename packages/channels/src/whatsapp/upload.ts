import type { OutMedia, SendContext, SendResult } from "../contract.ts";
import { callGraph } from "../meta/graph.ts";
import { textOf } from "../meta/json.ts";
import { sendResultOf } from "../meta/outcome.ts";
import { graphOf, type WhatsAppAccount } from "./account.ts";
import { classify } from "./errors.ts";
import { wireTypeOf } from "./limits.ts";

type Uploaded = { ok: true; id: string } | Extract<SendResult, { ok: false }>;

/** For files that Meta cannot fetch itself: our own copy goes up first. Nothing has been sent yet, whatever happens here. */
export async function upload(file: OutMedia, account: WhatsAppAccount, context: SendContext): Promise<Uploaded> {
  const bytes = await context.readFile?.(file);
  if (!bytes) return failed("invalid", "the file is no longer in the store");
  const form = new FormData();
  form.set("messaging_product", "whatsapp");
  form.set("type", file.mime);
  form.set("file", new Blob([bytes], { type: file.mime }), file.name ?? wireTypeOf(file));
  const answer = await callGraph(graphOf(account), `${account.config.phoneNumberId}/media`, { form }, context);
  const id = answer.outcome === "ok" ? textOf(answer.body["id"]) : undefined;
  if (id !== undefined) return { ok: true, id };
  const result = sendResultOf(answer, () => undefined, classify);
  if (result.ok) return failed("transient", "the vendor named no id for the file");
  // An upload that may have happened is no message that may have been sent.
  return result.class === "ambiguous" ? { ...result, class: "transient" } : result;
}

const failed = (kind: "transient" | "invalid", message: string): Extract<SendResult, { ok: false }> => ({
  ok: false,
  class: kind,
  message,
});
