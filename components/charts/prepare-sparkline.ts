/** Corners of a step line in a box of the given size; steps, because the hypervolume changes only when an episode ends. */
export function sparklinePath(all: readonly number[], width: number, height: number): string {
  if (all.length === 0) return "";
  // More than two steps a pixel cannot be seen; the last value of each bunch stands for it.
  const bunch = Math.ceil(all.length / (2 * width));
  const values = bunch === 1 ? all : Array.from({ length: Math.ceil(all.length / bunch) }, (_, index) => all[Math.min(all.length, (index + 1) * bunch) - 1] as number);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const y = (value: number): number => round(high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  const step = width / values.length;
  return values.map((value, index) => `${index === 0 ? `M0 ${y(value)}` : `V${y(value)}`}H${round((index + 1) * step)}`).join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
