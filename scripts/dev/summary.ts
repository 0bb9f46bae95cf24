type Line = { es: string; en: string; value: string | undefined };

/** The table that a person sees when everything is up. */
export function summary(urls: {
  demo: string;
  signIn: string | undefined;
  api: string;
  docs: string;
  outbound: string | undefined;
  simulator: string | undefined;
  mail: string;
  log: string;
}): string {
  const lines: Line[] = [
    { es: "Demostración", en: "Demo", value: urls.demo },
    { es: "Entrar (un solo uso)", en: "Sign in (once)", value: urls.signIn },
    { es: "Simulador de teléfonos", en: "Phone simulator", value: urls.simulator },
    { es: "API", en: "API", value: urls.api },
    { es: "Documentación de la API", en: "API reference", value: urls.docs },
    { es: "Mensajes salientes", en: "Outbound messages", value: urls.outbound },
    { es: "Correo saliente", en: "Outbound mail", value: urls.mail },
    { es: "Registro", en: "Log", value: urls.log },
  ];
  const shown = lines.flatMap(({ es, en, value }): [string, string][] => {
    return value === undefined ? [] : [[es === en ? es : `${es} / ${en}`, value]];
  });
  const width = Math.max(...shown.map(([label]) => label.length));
  return [
    "",
    ...shown.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    "",
    "  Ctrl-C para terminar / to stop",
    "",
  ].join("\n");
}
