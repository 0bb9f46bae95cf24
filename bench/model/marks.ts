/** Every message carries a mark, `[<conversation>#<number>]`, and the reply repeats it: so both ends can check the order. */
const MARK = /\[([a-z0-9]+)#(\d+)\]/g;

export type Mark = { conversation: string; n: number };

export const markText = ({ conversation, n }: Mark): string => `[${conversation}#${n}]`;

export function marksIn(text: string): Mark[] {
  return Array.from(text.matchAll(MARK), ([, conversation = "", n]) => ({ conversation, n: Number(n) }));
}

export const plainQuestion = (mark: Mark): string =>
  `¿Tenéis la bicicleta urbana de la talla ${mark.n} en azul y con casco? ${markText(mark)}`;

export const toolQuestion = (mark: Mark): string =>
  `¿Dónde está mi pedido y cuándo llega, por favor, si sale hoy? ${markText(mark)}`;

export const wantsTool = (text: string): boolean => text.includes("pedido");
