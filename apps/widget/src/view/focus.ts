const FOCUSABLE = "a[href], button:not([disabled]), textarea:not([disabled]), [tabindex='0']";

/** Keeps Tab inside a full-screen dialog; what lies behind cannot be seen. */
export function keepFocusInside(panel: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== "Tab") return;
  const items = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((item) => item.getClientRects().length > 0);
  const root = panel.getRootNode();
  const active = root instanceof ShadowRoot ? root.activeElement : document.activeElement;
  const edge = event.shiftKey ? items[0] : items.at(-1);
  const target = event.shiftKey ? items.at(-1) : items[0];
  if (active !== edge || target === undefined) return;
  event.preventDefault();
  target.focus();
}
