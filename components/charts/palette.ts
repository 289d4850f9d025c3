/** Okabe and Ito's colours, told apart with any colour vision; black is left to the baseline and yellow comes last. */
const okabeIto = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"] as const;

/** Methods with a colour of their own, so that one method looks the same on every page and in every experiment. */
const fixed: Record<string, number> = { gptq: 0, magnitude: 1, rtn: 2, structured: 3, int8: 4, awq: 5, autoround: 6 };

/** A recipe is coloured by its first step. Methods beyond the fixed ones share colours, but each always the same one. */
export function methodColour(method: string): string {
  const first = method.split("+")[0] ?? method;
  const index = fixed[first] ?? [...first].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
  return okabeIto[index % okabeIto.length] as string;
}
