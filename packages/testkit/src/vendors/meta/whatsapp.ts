import type { Buckets } from "./bucket.ts";
import { refuse } from "./graph-error.ts";
import { fileOf, ReadMark, readMessage, textOf, type WhatsAppMessage } from "./whatsapp-rules.ts";
import type { PhoneNumber, Sent, World } from "./world.ts";

export type Limits = { pair: Buckets; account: Buckets };

/** `POST /<number>/messages`: marks and messages, by the vendor's rules and limits. */
export function takeWhatsApp(
  world: World,
  number: PhoneNumber,
  payload: Record<string, unknown>,
  limits: Limits,
  now: number,
): { sent: Sent | null; body: unknown } {
  if (payload["status"] !== undefined) return { sent: null, body: takeMark(world, number, payload) };
  const message = readMessage(payload);
  if (typeof message === "string") {
    world.problem(`whatsapp ${number.id}: ${message}: ${JSON.stringify(payload).slice(0, 300)}`);
    return refuse(400, 100, "(#100) Invalid parameter", { details: message });
  }
  const to = message.to ?? message.recipient ?? "";
  if (!limits.account.take(number.id, now)) return refuse(400, 130429, "(#130429) Rate limit hit");
  if (!limits.pair.take(`${number.id} ${to}`, now))
    return refuse(400, 131056, "(#131056) (Business Account, Consumer Account) pair rate limit hit");
  checkContent(world, number, message);
  const sent: Sent = {
    id: world.newId("wamid.HBgL"),
    at: now,
    via: "whatsapp",
    account: number.id,
    to,
    type: message.type,
    text: textOf(message),
    payload,
    ...(message.biz_opaque_callback_data !== undefined && { tracer: message.biz_opaque_callback_data }),
  };
  world.sent.push(sent);
  const contact = message.to === undefined ? { input: to, user_id: to } : { input: to, wa_id: to };
  return { sent, body: { messaging_product: "whatsapp", contacts: [contact], messages: [{ id: sent.id }] } };
}

function checkContent(world: World, number: PhoneNumber, message: WhatsAppMessage): void {
  if (message.type === "template") {
    const { name, language, components } = message.template;
    const known = world.templates
      .get(number.wabaId)
      ?.find((one) => one.name === name && one.language === language.code);
    if (known === undefined) return refuse(404, 132001, "(#132001) Template name does not exist in the translation");
    if (known.status !== "APPROVED") return refuse(400, 132015, "(#132015) Template is paused");
    const given = components?.[0]?.parameters.length ?? 0;
    if (given !== known.parameters)
      return refuse(400, 132000, "(#132000) Number of parameters does not match the expected number of params");
  }
  const id = fileOf(message)?.id;
  if (id !== undefined && !world.files.has(id)) refuse(400, 131009, "(#131009) Parameter value is not valid");
}

function takeMark(world: World, number: PhoneNumber, payload: unknown): unknown {
  const mark = ReadMark.safeParse(payload);
  if (!mark.success) {
    world.problem(`whatsapp ${number.id}: a broken read mark: ${JSON.stringify(payload).slice(0, 300)}`);
    return refuse(400, 100, "(#100) Invalid parameter");
  }
  const { message_id: to, typing_indicator: typing } = mark.data;
  world.marks.push({ account: number.id, to, mark: typing === undefined ? "read" : "typing" });
  return { success: true };
}
