const PHONE = "(max-width: 520px)";

/**
 * On a phone the panel fills what the keyboard leaves free: the visual viewport, which `100vh` and `position: fixed`
 * know nothing of. The values are written as custom properties, which page policies against inline styles allow.
 */
export function followViewport(root: HTMLElement, onPhone: (phone: boolean) => void): void {
  const media = matchMedia(PHONE);
  const view = window.visualViewport;
  const measure = (): void => {
    root.style.setProperty("--view-height", `${Math.round(view?.height ?? innerHeight)}px`);
    root.style.setProperty("--view-top", `${Math.round(view?.offsetTop ?? 0)}px`);
  };
  view?.addEventListener("resize", measure);
  view?.addEventListener("scroll", measure);
  addEventListener("resize", measure);
  media.addEventListener("change", () => onPhone(media.matches));
  measure();
  onPhone(media.matches);
}
