import type { ErrorCode } from "@charla/domain/errors";
import type { Language } from "./language.ts";

export const titles: Record<ErrorCode, Record<Language, string>> = {
  BAD_REQUEST: { es: "La petición no es válida", en: "The request is not valid" },
  UNAUTHENTICATED: { es: "Falta una credencial válida", en: "A valid credential is missing" },
  FORBIDDEN: { es: "No tienes permiso para hacer esto", en: "You are not allowed to do this" },
  NOT_FOUND: { es: "No existe", en: "Not found" },
  GONE: { es: "Ya no está disponible", en: "No longer available" },
  METHOD_NOT_ALLOWED: { es: "Método no permitido", en: "Method not allowed" },
  REQUEST_TIMEOUT: { es: "El contenido tardó demasiado en llegar", en: "The content took too long to arrive" },
  CONFLICT: { es: "Choca con el estado actual", en: "In conflict with the current state" },
  PRECONDITION_FAILED: { es: "Alguien lo cambió mientras tanto", en: "Somebody changed it in the meantime" },
  PAYLOAD_TOO_LARGE: { es: "El contenido es demasiado grande", en: "The content is too large" },
  UNSUPPORTED_MEDIA_TYPE: { es: "Tipo de contenido no admitido", en: "Content type not supported" },
  UNPROCESSABLE: { es: "No se puede procesar", en: "Cannot be processed" },
  IDEMPOTENCY_MISMATCH: {
    es: "Esa clave de idempotencia ya se usó con otra petición",
    en: "That idempotency key was used with another request",
  },
  RATE_LIMITED: { es: "Demasiadas peticiones", en: "Too many requests" },
  LIMIT_EXCEEDED: { es: "Se alcanzó un límite", en: "A limit was reached" },
  BUDGET_EXHAUSTED: { es: "El presupuesto está agotado", en: "The budget is used up" },
  TENANT_SUSPENDED: { es: "La cuenta está suspendida", en: "The account is suspended" },
  POOL_EXHAUSTED: { es: "No quedan bases de datos libres", en: "No free database is left" },
  OVERLOADED: { es: "Hay demasiada carga; inténtalo de nuevo", en: "Too busy; try again" },
  UNAVAILABLE: { es: "No disponible por el momento", en: "Not available at the moment" },
  EGRESS_DENIED: { es: "Ese destino no está permitido", en: "That destination is not allowed" },
  UPSTREAM_FAILED: { es: "Falló un servicio externo", en: "An external service failed" },
  INTERNAL: { es: "Error interno", en: "Internal error" },
};
