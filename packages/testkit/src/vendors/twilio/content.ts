import * as z from "zod";

import type { Content } from "./account.ts";

const Variables = z.record(z.string().regex(/^\w{1,16}$/), z.string().min(1).max(1600));
const QuickReply = z.strictObject({
  body: z.string().min(1).max(1024),
  actions: z
    .array(z.strictObject({ title: z.string().min(1).max(20), id: z.string().min(1).max(200) }))
    .min(1)
    .max(3),
});
const ListPicker = z.strictObject({
  body: z.string().min(1).max(1024),
  button: z.string().min(1).max(20),
  items: z
    .array(
      z.strictObject({
        item: z.string().min(1).max(24),
        id: z.string().min(1).max(200),
        description: z.string().max(72),
      }),
    )
    .min(1)
    .max(10),
});
const Text = z.strictObject({ body: z.string().min(1).max(1600) });

/** What may be created through the Content API. */
export const NewContent = z.strictObject({
  friendly_name: z.string().min(1),
  language: z.string().regex(/^[a-z]{2}(_[A-Z]{2})?$/),
  variables: Variables,
  types: z.strictObject({
    "twilio/text": Text.optional(),
    "twilio/quick-reply": QuickReply.optional(),
    "twilio/list-picker": ListPicker.optional(),
  }),
});

export type Filled = { text: string; buttons: { id: string; title: string }[] };

/** A template with its variables in place, held to WhatsApp's limits; null where Twilio refuses the variables. */
export function expand(content: Content, json: string): Filled | null {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    return null;
  }
  const variables = Variables.safeParse(given);
  if (!variables.success) return null;
  const values = { ...content.variables, ...variables.data };
  const filled: unknown = JSON.parse(JSON.stringify(content.types), (_, value: unknown) =>
    typeof value === "string"
      ? value.replaceAll(/\{\{(\w+)\}\}/g, (slot, name: string) => String(values[name] ?? slot))
      : value,
  );
  const types = NewContent.shape.types.safeParse(filled);
  if (!types.success) return null;
  const { "twilio/quick-reply": quick, "twilio/list-picker": list, "twilio/text": text } = types.data;
  if (quick) return { text: quick.body, buttons: quick.actions };
  if (list) return { text: list.body, buttons: list.items.map(({ item, id }) => ({ title: item, id })) };
  return text ? { text: text.body, buttons: [] } : null;
}
