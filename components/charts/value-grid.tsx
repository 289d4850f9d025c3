import { linearTicks, tickText } from "@/components/charts/axis";

interface Props {
  low: number;
  high: number;
  y: (value: number) => number;
  left: number;
  right: number;
}

/** The lines across an SVG chart, each with its value beside it. */
export function ValueGrid({ low, high, y, left, right }: Props) {
  return linearTicks(low, high).map((tick, _, ticks) => (
    <g key={tick}>
      <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
      <text x={left - 6} y={y(tick) + 4} textAnchor="end" fontSize="12" fill="var(--ink-2)">
        {tickText(tick, ticks)}
      </text>
    </g>
  ));
}
