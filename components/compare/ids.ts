export const mostCompared = 6;

/** `?ids=` of up to six experiments, separated by commas. */
export function readIds(query: Record<string, string | string[] | undefined>): string[] {
  return [...new Set([query.ids].flat().flatMap((text) => (text ?? "").split(",")).filter(Boolean))].slice(0, mostCompared);
}
