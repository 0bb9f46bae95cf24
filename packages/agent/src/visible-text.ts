/** Letters that no person sees and every model reads. */
const INVISIBLE = /[\u{E0000}-\u{E007F}]/gu;

export const visibleText = (text: string): string => text.replace(INVISIBLE, "");
