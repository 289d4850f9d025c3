"use client";

import { useWidth } from "@/components/charts/use-width";
import { ValueGrid } from "@/components/charts/value-grid";
import { formatNumber } from "@/lib/domain/format";
import { seriesColour, seriesDash } from "@/components/compare/series";

interface Props {
  series: { name: string; values: readonly number[] }[];
  label: string;
}

const height = 260;
const margin = { left: 52, right: 12, top: 10, bottom: 34 };

/** Steps over episodes, one line for each experiment; a dash as well as a colour tells them apart. */
export function LineChart({ series, label }: Props) {
  const [width, attach] = useWidth(520);
  const longest = Math.max(2, ...series.map(({ values }) => values.length));
  const top = Math.max(1e-9, ...series.flatMap(({ values }) => values)) * 1.05;
  const x = (index: number): number => margin.left + (index / (longest - 1)) * (width - margin.left - margin.right);
  const y = (value: number): number => height - margin.bottom - (value / top) * (height - margin.top - margin.bottom);
  const every = Math.ceil(longest / 10);
  return (
    <svg ref={attach} viewBox={`0 0 ${width} ${height}`} height={height} className="block w-full" role="img" aria-label={`${label}: ${series.map(({ name, values }) => `${name} ends at ${formatNumber(values.at(-1) ?? 0)}`).join(", ")}`}>
      <ValueGrid low={0} high={top} y={y} left={margin.left} right={width - margin.right} />
      {Array.from({ length: longest }, (_, index) => index)
        .filter((index) => index % every === 0)
        .map((index) => (
          <text key={index} x={x(index)} y={height - margin.bottom + 16} textAnchor="middle" fontSize="12" fill="var(--ink-2)">
            {index}
          </text>
        ))}
      <text x={(width + margin.left) / 2} y={height - 2} textAnchor="middle" fontSize="12" fill="var(--ink-2)">
        measured solutions
      </text>
      {series.map(({ name, values }, index) => (
        <path key={name} d={values.map((value, at) => (at === 0 ? `M${x(at)} ${y(value)}` : `H${x(at)}V${y(value)}`)).join("")} fill="none" stroke={seriesColour(index)} strokeWidth="2" strokeDasharray={seriesDash(index)} />
      ))}
    </svg>
  );
}
