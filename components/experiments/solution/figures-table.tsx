import { Fragment } from "react";
import type { BenchmarkRow, FigureRow } from "@/components/experiments/solution/prepare-figures";
import { DifferenceText } from "@/components/experiments/view/compare-panel";
import { TableScroll } from "@/components/ui/table-scroll";

const head = "px-3 text-right font-medium";
const cell = "px-3 py-1.5 text-right align-top whitespace-nowrap";

/** Five figures with their intervals, against the baseline and against the uncompressed model in the same runtime. */
export function FiguresTable({ rows, runtime }: { rows: FigureRow[]; runtime: string }) {
  const withBaseline = rows.some(({ baseline }) => baseline !== null);
  const withReference = rows.some(({ reference }) => reference !== null);
  const explained = rows.filter(({ samples }) => samples);
  return (
    <>
      <TableScroll label="Five figures">
        <table className="w-full">
          <caption className="sr-only">The five figures with 95 % intervals and their differences</caption>
          <thead>
            <tr className="h-8 border-b border-line text-left text-xs text-ink-2">
              <th scope="col" className="px-3 font-medium">
                Figure
              </th>
              <th scope="col" className={head}>
                Here
              </th>
              {withBaseline ? (
                <th scope="col" className={head}>
                  Uncompressed
                </th>
              ) : null}
              {withReference ? (
                <th scope="col" className={head}>
                  Uncompressed in {runtime}
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, label, unit, value, baseline, toBaseline, reference, toReference }) => (
              <tr key={key} className="border-b border-line last:border-0">
                <th scope="row" className="px-3 py-1.5 text-left align-top font-normal whitespace-nowrap">
                  {label} <span className="text-xs text-ink-3">{unit}</span>
                </th>
                <td className={cell}>{value}</td>
                {withBaseline ? (
                  <td className={cell}>
                    {baseline ?? "–"}
                    {toBaseline ? <DifferenceText difference={toBaseline} /> : null}
                  </td>
                ) : null}
                {withReference ? (
                  <td className={cell}>
                    {reference ?? <span className="text-ink-3">not measured</span>}
                    {toReference ? <DifferenceText difference={toReference} /> : null}
                  </td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {explained.length > 0 ? (
        <details className="border-t border-line px-3 py-2 text-xs text-ink-2">
          <summary>How the intervals were found</summary>
          <dl className="mt-1 grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1">
            {explained.map(({ key, label, samples }) => (
              <Fragment key={key}>
                <dt className="text-ink-3">{label}</dt>
                <dd>{samples}</dd>
              </Fragment>
            ))}
          </dl>
        </details>
      ) : null}
    </>
  );
}

export function BenchmarkTable({ rows }: { rows: BenchmarkRow[] }) {
  return (
    <TableScroll label="Benchmarks">
      <table className="w-full">
        <caption className="sr-only">Benchmarks with 95 % intervals and differences to the baseline, item by item</caption>
        <thead>
          <tr className="h-8 border-b border-line text-left text-xs text-ink-2">
            <th scope="col" className="px-3 font-medium">
              Benchmark
            </th>
            <th scope="col" className={head}>
              Score
            </th>
            <th scope="col" className={head}>
              Items
            </th>
            <th scope="col" className={head}>
              To the baseline, item by item
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, metric, version, score, items, difference }) => (
            <tr key={name} className="border-b border-line last:border-0">
              <th scope="row" className="px-3 py-1.5 text-left align-top font-normal">
                {name} <span className="block text-xs text-ink-3">{[metric, version && `version ${version}`].filter(Boolean).join(", ")}</span>
              </th>
              <td className={cell}>{score}</td>
              <td className={cell}>{items}</td>
              <td className={cell}>{difference ? <DifferenceText difference={difference} /> : <span className="text-ink-3">–</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
