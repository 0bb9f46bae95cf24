import type { ServerResponse } from "node:http";

/** As strict as a careful site: nothing inline, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self' ws:; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

const STYLE =
  "body{margin:0;padding:24px;font:20px Georgia;color:#333;background:#fff} .box{height:560px;width:400px;max-width:100%} button{background:hotpink!important;text-transform:uppercase}";

/** A site that embeds the widget; the page's query becomes the script tag's attributes. */
export function testPage(url: URL, channel: string, response: ServerResponse): void {
  if (url.pathname === "/style.css") {
    response.writeHead(200, { "content-type": "text/css" });
    response.end(STYLE);
    return;
  }
  const attributes = [...url.searchParams]
    .map(([name, value]) => `data-${name}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`)
    .join(" ");
  const script = `<script src="/chat/widget.js" data-channel="${channel}" ${attributes} async></script>`;
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY });
  response.end(`<!doctype html><html lang="es"><head><meta name="viewport" content="width=device-width,initial-scale=1"><title>Tienda</title><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>Taller de bicicletas</h1><p>Una página cualquiera con un <a href="#x">enlace</a>.</p><div class="box">${script}</div></main></body></html>`);
}
