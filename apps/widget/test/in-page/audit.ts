import { contrastFlaws } from "./contrast.ts";

/**
 * Runs inside a page and returns what is wrong with it for somebody who cannot see, point or tell colours apart; an
 * empty list is the pass. Shadow roots are walked like the rest of the page.
 */
const REFERENCES = ["aria-labelledby", "aria-describedby", "aria-controls"] as const;
const NAMED_ROLES = new Set(["dialog", "region", "log", "group", "img", "alertdialog", "toolbar"]);
const MIN_TARGET_PX = 44;

type Scope = Document | ShadowRoot;

function* elementsIn(scope: Scope): Generator<Element> {
  for (const element of scope.querySelectorAll("*")) {
    yield element;
    if (element.shadowRoot !== null) yield* elementsIn(element.shadowRoot);
  }
}

const scopeOf = (element: Element): Scope => {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root : document;
};

function isShown(element: Element): boolean {
  return element.getClientRects().length > 0 && element.checkVisibility({ visibilityProperty: true });
}

function textOf(element: Element): string {
  const clone = element.cloneNode(true);
  if (!(clone instanceof Element)) return "";
  for (const hidden of clone.querySelectorAll("[aria-hidden=true], [hidden]")) hidden.remove();
  return (clone.textContent ?? "").trim();
}

function nameOf(element: Element): string {
  const label = element.getAttribute("aria-label")?.trim();
  if (label !== undefined && label !== "") return label;
  const ids = element.getAttribute("aria-labelledby")?.split(/\s+/u) ?? [];
  const labelled = ids.map((id) => scopeOf(element).getElementById(id)).filter((other) => other !== null);
  if (labelled.length > 0) return labelled.map(textOf).join(" ").trim();
  if (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement
  )
    return [...(element.labels ?? [])].map(textOf).join(" ").trim();
  return textOf(element);
}

const describe = (element: Element): string =>
  `<${element.localName}${element.id === "" ? "" : `#${element.id}`}${element.className === "" ? "" : `.${String(element.getAttribute("class")).replaceAll(" ", ".")}`}>`;

const isControl = (element: Element): boolean =>
  element.matches("button, a[href], input, textarea, select, summary, [role=button], [role=tab]");

function controlFlaws(element: Element): string[] {
  if (!isControl(element) || !isShown(element)) return [];
  const flaws = nameOf(element) === "" ? ["has no name"] : [];
  const box = element.getBoundingClientRect();
  const inText = element.localName === "a" && getComputedStyle(element).display === "inline";
  if (!inText && (box.width < MIN_TARGET_PX - 0.5 || box.height < MIN_TARGET_PX - 0.5))
    flaws.push(`is ${Math.round(box.width)}×${Math.round(box.height)} px, less than ${MIN_TARGET_PX}`);
  return flaws;
}

function roleFlaws(element: Element): string[] {
  const flaws: string[] = [];
  const role = element.getAttribute("role");
  if (
    role !== null &&
    NAMED_ROLES.has(role) &&
    element.getAttribute("aria-label") === null &&
    element.getAttribute("aria-labelledby") === null
  )
    flaws.push(`role ${role} has no name`);
  if (role === "log" && element.getAttribute("aria-live") === null) flaws.push("role log without aria-live");
  for (const attribute of REFERENCES)
    for (const id of element.getAttribute(attribute)?.split(/\s+/u) ?? [])
      if (scopeOf(element).getElementById(id) === null) flaws.push(`${attribute} names ${id}, which is not there`);
  if (element instanceof HTMLElement && element.tabIndex > 0) flaws.push("has a positive tabindex");
  if (
    element.matches("[aria-hidden=true]") &&
    element.querySelector("a[href], button:not([disabled]), textarea, input") !== null
  )
    flaws.push("hides something that takes focus");
  const isPicture = element.localName === "svg" || element.localName === "img";
  if (
    isPicture &&
    element.getAttribute("aria-hidden") !== "true" &&
    nameOf(element) === "" &&
    element.getAttribute("alt") === null
  )
    flaws.push("is a picture without words");
  return flaws;
}

function doubledIds(scope: Scope): string[] {
  const ids = [...scope.querySelectorAll("[id]")].map((element) => element.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id ${id} is there twice`);
}

export function audit(): string[] {
  const flaws = document.documentElement.lang === "" ? ["the page names no language"] : [];
  flaws.push(...doubledIds(document));
  for (const element of elementsIn(document)) {
    if (element.shadowRoot !== null) flaws.push(...doubledIds(element.shadowRoot));
    for (const flaw of [...controlFlaws(element), ...roleFlaws(element)]) flaws.push(`${describe(element)} ${flaw}`);
    if (isShown(element)) flaws.push(...contrastFlaws(element).map((flaw) => `${describe(element)} ${flaw}`));
  }
  return flaws;
}

Object.assign(globalThis, { audit });
