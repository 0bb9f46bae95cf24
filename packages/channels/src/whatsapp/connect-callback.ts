import { check, type Bilingual, type ConnectCheck, type ConnectContext } from "../connect.ts";
import { callGraph } from "../meta/graph.ts";
import { fieldsOf, textOf } from "../meta/json.ts";
import { graphOf, type WhatsAppAccount } from "./account.ts";

/** https://developers.facebook.com/docs/whatsapp/embedded-signup/webhooks/override */
const MAX_URL = 200;
const OURS: Bilingual = { es: "Los mensajes llegan a Charla", en: "The messages reach Charla" };

/** An address of this number alone, so that other numbers of the app keep theirs. Meta calls it before it answers us. */
export async function checkCallback(
  account: WhatsAppAccount,
  configuration: unknown,
  context: ConnectContext,
): Promise<ConnectCheck> {
  const { webhookUrl, secrets } = account;
  const now = textOf(fieldsOf(configuration)["phone_number"]);
  if (now === webhookUrl) return check("webhook", "ok", OURS);
  if (webhookUrl.length > MAX_URL) return failed("Meta takes no address longer than 200 characters", webhookUrl);
  const answer = await setCallback(account, webhookUrl, secrets.verifyTokens[0] ?? "", context);
  if (answer.outcome === "ok") return check("webhook", "fixed", OURS);
  const why = answer.outcome === "lost" ? answer.message : (answer.error?.message ?? String(answer.status));
  return failed(why, webhookUrl);
}

export async function removeCallback(account: WhatsAppAccount, context: ConnectContext): Promise<ConnectCheck> {
  const title = { es: "Los mensajes ya no llegan a Charla", en: "The messages no longer reach Charla" };
  const { phoneNumberId } = account.config;
  const query = { fields: "webhook_configuration" };
  const read = await callGraph(graphOf(account), phoneNumberId, { query }, context);
  const now = read.outcome === "ok" ? textOf(fieldsOf(read.body["webhook_configuration"])["phone_number"]) : undefined;
  if (read.outcome === "ok" && now !== account.webhookUrl) return check("webhook", "ok", title);
  const answer = await setCallback(account, "", undefined, context);
  if (answer.outcome === "ok") return check("webhook", "fixed", title);
  const help = {
    es: "Quite la dirección de Charla en «Webhooks» de la aplicación, o revoque el token.",
    en: "Remove Charla's address under “Webhooks” of the app, or revoke the token.",
  };
  return check("webhook", "manual", { es: "No se pudo desconectar", en: "Could not be disconnected" }, help);
}

function setCallback(
  account: WhatsAppAccount,
  url: string,
  verifyToken: string | undefined,
  context: ConnectContext,
): ReturnType<typeof callGraph> {
  const configuration = {
    override_callback_uri: url,
    ...(verifyToken !== undefined && { verify_token: verifyToken }),
  };
  const json = { webhook_configuration: configuration };
  return callGraph(graphOf(account), account.config.phoneNumberId, { json }, context);
}

const failed = (why: string, url: string): ConnectCheck =>
  check(
    "webhook",
    "broken",
    { es: `Meta no acepta la dirección ${url}`, en: `Meta does not accept the address ${url}` },
    {
      es: `Debe abrirse por https desde internet. Meta dice: ${why}`,
      en: `It must be open to the internet over https. Meta says: ${why}`,
    },
  );
