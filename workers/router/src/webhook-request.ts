import type { Account, WebhookRequest } from "@charla/channels/contract";

/** Few channels look at the address; parsing it for the others would be a cost for nothing. */
export function webhookOf(request: Request, { webhookUrl }: Account, rawBody: Uint8Array): WebhookRequest {
  const { method, headers } = request;
  return {
    method,
    headers,
    rawBody,
    get url() {
      return new URL(request.url);
    },
    get publicUrl() {
      const query = request.url.indexOf("?");
      return query === -1 ? webhookUrl : webhookUrl + request.url.slice(query);
    },
  };
}

/** Bodies are read as they are: nothing compressed, and text only in UTF-8. */
export function takesContent(headers: Headers, contentTypes: readonly string[] | undefined): boolean {
  if (contentTypes === undefined) return true;
  if ((headers.get("content-encoding") ?? "identity") !== "identity") return false;
  const header = (headers.get("content-type") ?? "").toLowerCase();
  if (contentTypes.includes(header)) return true;
  const [type = "", ...parameters] = header.split(";").map((part) => part.trim());
  if (!contentTypes.includes(type)) return false;
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  return charset === undefined || charset.replaceAll('"', "") === "utf-8";
}
