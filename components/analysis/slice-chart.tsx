"use client";

import { useWidth } from "@/components/charts/use-width";
import { ValueGrid } from "@/components/charts/value-grid";
import { methodColour } from "@/components/charts/palette";
import { median, type Slice } from "@/components/analysis/prepare";
import { formatNumber } from "@/lib/domain/format";
import { objectiveOf, type ObjectiveKey } from "@/lib/domain/objectives";

const height = 280;
const margin = { left: 52, right: 12, top: 10, bottom: 44 };

/** Every solution as a dot above its value of the parameter; filled ones are on their front, the bar is the median. */
export function SliceChart({ slices, param, objective }: { slices: Slice[]; param: string; objective: ObjectiveKey }) {
  const [width, attach] = useWidth(560);
  const values = slices.flatMap(({ samples }) => samples.map(({ ratios }) => ratios[objective]));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((most - least) * 0.06, most * 0.01, 1e-9);
  const [low, high] = [least - room, most + room];
  const y = (value: number): number => height - margin.bottom - ((value - low) / (high - low)) * (height - margin.top - margin.bottom);
  const column = (width - margin.left - margin.right) / slices.length;
  // Letters of this size are about 7 pixels wide.
  const fits = Math.max(3, Math.floor(column / 7));
  const { label, direction } = objectiveOf(objective);
  return (
    <svg ref={attach} viewBox={`0 0 ${width} ${height}`} height={height} className="block w-full" role="img" aria-label={`${label} of ${values.length} solutions by ${param}: ${slices.map(({ value, samples }) => `${value}, ${samples.length} solutions, median ${formatNumber(median(samples.map(({ ratios }) => ratios[objective])))}`).join("; ")}`}>
      <ValueGrid low={low} high={high} y={y} left={margin.left} right={width - margin.right} />
      <text transform={`translate(12 ${(height - margin.bottom) / 2}) rotate(-90)`} textAnchor="middle" fontSize="12" fill="var(--ink)">
        {`${label}, × baseline ${direction === "max" ? "↑" : "↓"} better`}
      </text>
      {slices.map(({ value, samples }, index) => {
        const centre = margin.left + column * (index + 0.5);
        const middle = y(median(samples.map(({ ratios }) => ratios[objective])));
        return (
          <g key={value}>
            <line x1={centre - column * 0.3} x2={centre + column * 0.3} y1={middle} y2={middle} stroke="var(--ink-2)" strokeWidth="2" />
            {samples.map((sample, at) => (
              <circle
                key={`${sample.experiment}:${sample.number}`}
                // Spread over the column by their order, so that equal ones do not hide each other.
                cx={centre + column * 0.25 * (samples.length === 1 ? 0 : (2 * at) / (samples.length - 1) - 1)}
                cy={y(sample.ratios[objective])}
                r="4"
                fill={sample.onFront ? methodColour(sample.method) : "none"}
                stroke={methodColour(sample.method)}
                strokeWidth="1.5"
              >
                <title>{`${sample.label} (${sample.experiment}, episode ${sample.number}): ${formatNumber(sample.ratios[objective])}`}</title>
              </circle>
            ))}
            <text x={centre} y={height - margin.bottom + 16} textAnchor="middle" fontSize="12" fill="var(--ink-2)">
              {value.length > fits ? `${value.slice(0, fits - 1)}…` : value}
            </text>
          </g>
        );
      })}
      <text x={(width + margin.left) / 2} y={height - 6} textAnchor="middle" fontSize="12" fill="var(--ink)">
        {param}
      </text>
    </svg>
  );
}
