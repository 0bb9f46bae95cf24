import { check, type ConnectCheck } from "../connect.ts";
import { callGraph, type GraphAccess, type GraphAnswer } from "./graph.ts";
import { fieldsOf, listOf } from "./json.ts";
import type { CallContext } from "../json-call.ts";

const SOON_MS = 14 * 24 * 3_600_000;

export type AppAccess = { appId?: string; appSecret?: string };

/** Whether the token lives, for how long, and what it may do. Asked as the app, which proves the app's secret as well. */
export async function checkToken(
  access: GraphAccess,
  { appId, appSecret }: AppAccess,
  scopes: readonly string[],
  context: CallContext & { now: number },
): Promise<ConnectCheck[]> {
  if (appId === undefined || appSecret === undefined) {
    const help = {
      es: "Indique el ID de la aplicación para que Charla compruebe la clave secreta, los permisos y la caducidad.",
      en: "Give the app ID so that Charla can check the app secret, the permissions and the expiry.",
    };
    return [check("app", "manual", { es: "Aplicación sin comprobar", en: "App not checked" }, help)];
  }
  const call = { query: { input_token: access.token }, token: `${appId}|${appSecret}` };
  const answer = await callGraph(access, "debug_token", call, context);
  if (answer.outcome !== "ok") return [appRefused(answer)];
  const checks = [check("app", "ok", { es: "Clave secreta correcta", en: "The app secret is right" })];
  const token = fieldsOf(answer.body["data"]);
  if (token["is_valid"] !== true || String(token["app_id"] ?? appId) !== appId) return [...checks, invalidToken()];
  checks.push(expiryOf(token["expires_at"], context.now));
  const granted = new Set(listOf(token["scopes"]));
  const missing = scopes.filter((scope) => !granted.has(scope));
  return [...checks, permissionsOf(missing)];
}

function appRefused(answer: Exclude<GraphAnswer, { outcome: "ok" }>): ConnectCheck {
  if (answer.outcome === "lost" || answer.status >= 500) return unreachable();
  return check(
    "app",
    "broken",
    { es: "La clave secreta o el ID de la aplicación no son correctos", en: "The app secret or the app ID is wrong" },
    {
      es: "Cópielos de «Configuración de la aplicación › Básica».",
      en: "Copy them from “App settings › Basic”.",
    },
  );
}

export const unreachable = (): ConnectCheck =>
  check(
    "reach",
    "broken",
    { es: "Meta no responde ahora", en: "Meta does not answer now" },
    { es: "Vuelva a probar en unos minutos.", en: "Try again in a few minutes." },
  );

export const invalidToken = (): ConnectCheck =>
  check(
    "token",
    "broken",
    { es: "El token de acceso no es válido para esta aplicación", en: "The access token is not valid for this app" },
    { es: "Cree uno nuevo y péguelo aquí.", en: "Create a new one and paste it here." },
  );

function expiryOf(value: unknown, now: number): ConnectCheck {
  const until = typeof value === "number" ? value * 1000 : 0;
  const valid = check("token", "ok", { es: "Token de acceso válido", en: "The access token is valid" });
  if (until === 0) return valid;
  if (until > now + SOON_MS) return { ...valid, until };
  const day = new Date(until).toISOString().slice(0, 10);
  const soon = check(
    "token",
    "manual",
    { es: `El token caduca el ${day}`, en: `The token expires on ${day}` },
    { es: "Sustitúyalo por uno permanente.", en: "Replace it by a permanent one." },
  );
  return { ...soon, until };
}

function permissionsOf(missing: readonly string[]): ConnectCheck {
  if (missing.length === 0) return check("permissions", "ok", { es: "Permisos concedidos", en: "Permissions granted" });
  const list = missing.join(", ");
  return check(
    "permissions",
    "broken",
    { es: `Faltan permisos: ${list}`, en: `Permissions are missing: ${list}` },
    { es: "Cree el token de nuevo y marque esos permisos.", en: "Create the token again and tick these permissions." },
  );
}
