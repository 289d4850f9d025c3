/** Corners of a step line in a box of the given size; steps, because the hypervolume changes only when an episode ends. */
export function sparklinePath(values: readonly number[], width: number, height: number): string {
  if (values.length === 0) return "";
  const low = Math.min(...values);
  const high = Math.max(...values);
  const y = (value: number): number => round(high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  const step = width / values.length;
  return values.map((value, index) => `${index === 0 ? `M0 ${y(value)}` : `V${y(value)}`}H${round((index + 1) * step)}`).join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
