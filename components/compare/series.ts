/** Okabe and Ito's colours in an order of their own, each with a dash and a shape, so that no one has to rely on colour. */
const colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"] as const;
const dashes = ["", "6 3", "2 3", "8 3 2 3", "12 4", "1 4"] as const;

export const seriesColour = (index: number): string => colours[index % colours.length] as string;
export const seriesDash = (index: number): string => dashes[index % dashes.length] as string;

/** An SVG path of the series' mark around (x, y), about nine pixels wide. */
export function seriesMark(index: number, x: number, y: number): string {
  const r = 4.5;
  const marks = [
    `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
    `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`,
    `M${x} ${y - r - 1}L${x + r + 1} ${y + r}H${x - r - 1}Z`,
    `M${x} ${y - r - 1.5}L${x + r + 1.5} ${y}L${x} ${y + r + 1.5}L${x - r - 1.5} ${y}Z`,
    `M${x} ${y + r + 1}L${x + r + 1} ${y - r}H${x - r - 1}Z`,
    `M${x - 1.5} ${y - r}h3v3h3v3h-3v3h-3v-3h-3v-3h3Z`,
  ];
  return marks[index % marks.length] as string;
}
