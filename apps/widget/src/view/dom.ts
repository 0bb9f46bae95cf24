type Props = Record<string, string | boolean | ((event: Event) => void) | undefined>;

const SVG = "http://www.w3.org/2000/svg";

function apply(node: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (typeof value === "string") node.setAttribute(name, value);
  }
}

/** Builds an element; strings become text nodes, so nothing that anybody wrote is ever parsed as HTML. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  apply(node, props);
  node.append(...children);
  return node;
}

export function icon(path: string, label?: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  apply(svg, {
    viewBox: "0 0 24 24",
    ...(label === undefined ? { "aria-hidden": "true" } : { role: "img", "aria-label": label }),
  });
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

export const ICONS = {
  chat: "M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H10l-5.2 4.2A.5.5 0 0 1 4 19.8Z",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-5.5 16-3.2-6.8Z",
  down: "M12 5v14M6 13l6 6 6-6",
  sending: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  sent: "M5 13l4 4L19 7",
  read: "M2 13l4 4L15.5 7M11 16l1 1L22 7",
  file: "M6 3h8l5 5v13H6ZM14 3v5h5",
  failed: "M12 7v6M12 17v.5M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
} as const;

/** Sets text only where it differs: a live region speaks again at every write. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
