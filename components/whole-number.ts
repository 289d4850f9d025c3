/** "12,345": counts are exact, so they are not rounded to three figures. */
export function wholeNumber(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** "1 item", "2 items". */
export function counted(value: number, noun: string): string {
  return `${wholeNumber(value)} ${noun}${value === 1 ? "" : "s"}`;
}
