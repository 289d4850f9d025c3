"use client";

import { linearTicks, tickText } from "@/components/charts/axis";
import { useWidth } from "@/components/charts/use-width";
import { ValueGrid } from "@/components/charts/value-grid";
import type { Compared } from "@/components/compare/prepare";
import { seriesColour, seriesDash, seriesMark } from "@/components/compare/series";
import { formatNumber } from "@/lib/domain/format";
import { objectiveOf, type ObjectiveKey } from "@/lib/domain/objectives";

const height = 360;
const margin = { left: 52, right: 12, top: 10, bottom: 44 };

/** The fronts of several experiments in two objectives, as ratios to the baseline; the line is the front of these two alone. */
export function FrontChart({ experiments, across, up }: { experiments: Compared[]; across: ObjectiveKey; up: ObjectiveKey }) {
  const [width, attach] = useWidth(520);
  const points = experiments.flatMap((experiment) => experiment.points.filter(({ onFront, isBaseline }) => onFront || isBaseline));
  const xs = rangeOf(points.map(({ ratios }) => ratios[across].value));
  const ys = rangeOf(points.map(({ ratios }) => ratios[up].value));
  const x = (value: number): number => margin.left + ((value - xs[0]) / (xs[1] - xs[0])) * (width - margin.left - margin.right);
  const y = (value: number): number => height - margin.bottom - ((value - ys[0]) / (ys[1] - ys[0])) * (height - margin.top - margin.bottom);
  return (
    <svg ref={attach} viewBox={`0 0 ${width} ${height}`} height={height} className="block w-full" role="img" aria-label={`Fronts of ${experiments.length} experiments, ${titleOf(across)} across and ${titleOf(up)} up. The table below has the best of each.`}>
      {linearTicks(...xs).map((tick, _, ticks) => (
        <g key={`x${tick}`}>
          <line x1={x(tick)} x2={x(tick)} y1={margin.top} y2={height - margin.bottom} stroke="var(--line)" />
          <text x={x(tick)} y={height - margin.bottom + 16} textAnchor="middle" fontSize="12" fill="var(--ink-2)">
            {tickText(tick, ticks)}
          </text>
        </g>
      ))}
      <ValueGrid low={ys[0]} high={ys[1]} y={y} left={margin.left} right={width - margin.right} />
      <text x={(width + margin.left) / 2} y={height - 6} textAnchor="middle" fontSize="12" fill="var(--ink)">
        {titleOf(across)}
      </text>
      <text transform={`translate(12 ${(height - margin.bottom) / 2}) rotate(-90)`} textAnchor="middle" fontSize="12" fill="var(--ink)">
        {titleOf(up)}
      </text>
      {points
        .filter(({ isBaseline, onFront }) => isBaseline && !onFront)
        .map(({ ratios }, at) => (
          <path key={`baseline${at}`} d={seriesMark(3, x(ratios[across].value), y(ratios[up].value))} fill="var(--baseline)" stroke="var(--ground)">
            <title>Uncompressed</title>
          </path>
        ))}
      {experiments.map(({ id, index, points: own }) => {
        const shown = own.filter(({ onFront }) => onFront).sort((a, b) => a.ratios[across].value - b.ratios[across].value);
        return (
          <g key={id} fill={seriesColour(index)} stroke={seriesColour(index)}>
            <path d={stairs(shown.map(({ ratios }) => [ratios[across].value, ratios[up].value]), across, up).map(([px, py], at) => `${at === 0 ? "M" : "L"}${x(px)} ${y(py)}`).join("")} fill="none" strokeWidth="1.25" strokeDasharray={seriesDash(index)} />
            {shown.map((point) => (
              <path key={point.number} d={seriesMark(index, x(point.ratios[across].value), y(point.ratios[up].value))} stroke="var(--ground)" strokeWidth="1">
                <title>{`${point.label} (episode ${point.number}): ${titleOf(across)} ${formatNumber(point.ratios[across].value)}, ${titleOf(up)} ${formatNumber(point.ratios[up].value)}`}</title>
              </path>
            ))}
          </g>
        );
      })}
    </svg>
  );
}

function titleOf(key: ObjectiveKey): string {
  const { label, direction } = objectiveOf(key);
  return `${label}, × baseline ${direction === "max" ? "↑" : "↓"} better`;
}

function rangeOf(values: number[]): [number, number] {
  const low = Math.min(...values, Infinity);
  const high = Math.max(...values, -Infinity);
  if (low > high) return [0, 1];
  const room = Math.max((high - low) * 0.06, high * 0.01, 1e-9);
  return [low - room, high + room];
}

/** Corners of the staircase through the points that no other one beats in these two objectives. */
function stairs(points: [number, number][], across: ObjectiveKey, up: ObjectiveKey): [number, number][] {
  const signs = [across, up].map((key) => (objectiveOf(key).direction === "max" ? 1 : -1)) as [number, number];
  const kept = points.filter(([ax, ay]) => !points.some(([bx, by]) => signs[0] * (bx - ax) >= 0 && signs[1] * (by - ay) >= 0 && (bx !== ax || by !== ay)));
  return kept.flatMap(([px, py], at) => {
    const before = kept[at - 1];
    // What lies between two points is as good as the worse of both in each objective.
    return before ? [[signs[0] > 0 ? before[0] : px, signs[0] > 0 ? py : before[1]] as [number, number], [px, py] as [number, number]] : [[px, py] as [number, number]];
  });
}
