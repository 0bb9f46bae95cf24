import { check, type ConnectReport } from "../../connect.ts";
import type { EmailAccount } from "../account.ts";
import { domainOf, withDetail } from "../address.ts";
import { inboxOf } from "../account.ts";
import { reportOf } from "../connect-words.ts";

/** Nothing of this can be seen from a Worker; the operator of the installation does it once for each domain. */
export function connectCloudflare({ config }: EmailAccount): Promise<ConnectReport> {
  const inbox = inboxOf(config);
  const domain = domainOf(inbox);
  const checks = [
    check(
      "routing",
      "manual",
      { es: `El correo de ${domain} llega a Charla`, en: `Mail for ${domain} reaches Charla` },
      {
        es: `En Cloudflare, dentro del dominio, Email › Email Routing: actívelo y cree una regla para ${inbox} (o la de «catch-all») con la acción «Send to a Worker» y el Worker charla-gateway.`,
        en: `In Cloudflare, inside the domain, Email › Email Routing: turn it on and make a rule for ${inbox} (or the catch-all) with the action “Send to a Worker” and the Worker charla-gateway.`,
      },
    ),
    check(
      "subaddressing",
      "manual",
      { es: "Las respuestas encuentran su conversación", en: "Answers find their conversation" },
      {
        es: `En los ajustes de Email Routing active «Subaddressing»: las respuestas llegan a direcciones como ${withDetail(inbox, "código")}.`,
        en: `In the settings of Email Routing turn on “Subaddressing”: answers arrive at addresses such as ${withDetail(inbox, "code")}.`,
      },
    ),
    check(
      "sending",
      "manual",
      { es: `Charla puede enviar como ${config.address}`, en: `Charla may send as ${config.address}` },
      {
        es: `En Cloudflare, Email › Email Sending: añada el dominio ${domainOf(config.address)} y los registros que pide.`,
        en: `In Cloudflare, Email › Email Sending: add the domain ${domainOf(config.address)} and the records it asks for.`,
      },
    ),
  ];
  return Promise.resolve(reportOf(checks, { facts: { address: config.address } }));
}

export function disconnectCloudflare({ config }: EmailAccount): Promise<ConnectReport> {
  return Promise.resolve(
    reportOf([
      check(
        "routing",
        "manual",
        { es: "El correo ya no llega a Charla", en: "Mail no longer reaches Charla" },
        {
          es: `Borre en Cloudflare, Email Routing, la regla de ${inboxOf(config)}. Mientras tanto, lo que llegue se rechaza.`,
          en: `Delete the rule for ${inboxOf(config)} in Cloudflare's Email Routing. Until then, what arrives is refused.`,
        },
      ),
    ]),
  );
}
