"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useMemo } from "react";
import { FrontChart } from "@/components/compare/front-chart";
import { LineChart } from "@/components/compare/line-chart";
import { prepareComparison, settingRows, type Compared } from "@/components/compare/prepare";
import { seriesColour, seriesMark } from "@/components/compare/series";
import { isLive, statusWords } from "@/components/experiments/words";
import { ShareDialog } from "@/components/sharing/share-dialog";
import { useExperimentHref, useShared } from "@/components/sharing/shared";
import { Panel } from "@/components/ui/panel";
import { TableScroll } from "@/components/ui/table-scroll";
import { useAddress } from "@/components/use-address";
import { formatInterval, formatNumber } from "@/lib/domain/format";
import { objectiveKeys, objectiveOf, objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";

export function CompareView({ views }: { views: ExperimentPageView[] }) {
  const [xText, setX] = useAddress("x");
  const [yText, setY] = useAddress("y");
  const [all, setAll] = useAddress("all");
  const across = objectiveKeys.find((key) => key === xText) ?? "latency_ms";
  const up = objectiveKeys.find((key) => key === yText) ?? "accuracy";
  const comparison = useMemo(() => prepareComparison(views), [views]);
  const { experiments } = comparison;
  const rows = useMemo(() => settingRows(views, { status: (view) => statusWords[view.status] }), [views]);
  const shared = useShared();
  const hrefOf = useExperimentHref();
  useFresh(!shared?.frozen && views.some(({ status }) => isLive(status)));
  const shownRows = all ? rows : rows.filter(({ differs }) => differs);
  return (
    <div className="grid grid-cols-1 gap-4">
      <div className="flex flex-wrap items-start gap-x-6 gap-y-2">
        <ul className="flex min-w-0 flex-1 flex-wrap gap-x-6 gap-y-1">
          {experiments.map(({ id, name, index }) => (
            <li key={id} className="flex min-w-0 items-center gap-2">
              <Mark index={index} />
              <Link href={hrefOf(id)} className="truncate font-mono hover:underline">
                {name}
              </Link>
            </li>
          ))}
        </ul>
        {shared ? null : <ShareDialog experiments={experiments.map(({ id }) => id)} />}
      </div>
      <p className="max-w-prose text-ink-2">{comparison.note}</p>
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
        <Panel
          title="Fronts"
          aside={
            <>
              <AxisSelect label="Across" value={across} onChange={setX} />
              <AxisSelect label="Up" value={up} onChange={setY} />
            </>
          }
        >
          <div className="p-3">
            <FrontChart experiments={experiments} across={across} up={up} />
          </div>
        </Panel>
        <Panel title={comparison.common ? "Hypervolume on the common reference" : "Hypervolume, each on its own reference"}>
          <div className="p-3">
            <LineChart label="Hypervolume" series={experiments.map(({ name, volumes }) => ({ name, values: volumes }))} />
          </div>
        </Panel>
      </div>
      <Panel title="Best of each front">
        <BestTable experiments={experiments} />
      </Panel>
      <Panel
        title={all ? "How they were set up" : "What differs in how they were set up"}
        aside={
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={all !== ""} onChange={(event) => setAll(event.target.checked ? "1" : "")} className="size-4 accent-[var(--accent)]" /> Also what is the same
          </label>
        }
      >
        {shownRows.length === 0 ? (
          <p className="p-3 text-ink-2">They were set up alike.</p>
        ) : (
          <TableScroll label="Settings">
            <table className="w-full">
              <Heads label="Setting" experiments={experiments} />
              <tbody>
                {shownRows.map(({ label, values, differs }) => (
                  <tr key={label} className="border-b border-line align-baseline last:border-0">
                    <th scope="row" className="px-3 py-1.5 text-left font-normal text-ink-2">
                      {label}
                    </th>
                    {values.map((value, index) => (
                      <td key={index} className={`px-3 py-1.5 break-words ${differs ? "" : "text-ink-3"}`}>
                        {value}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </TableScroll>
        )}
      </Panel>
    </div>
  );
}

const freshMs = 10_000;

/** Asks the server again while something still runs and somebody looks. */
function useFresh(live: boolean): void {
  const router = useRouter();
  useEffect(() => {
    if (!live) return;
    const timer = setInterval(() => document.visibilityState === "visible" && router.refresh(), freshMs);
    return () => clearInterval(timer);
  }, [live, router]);
}

function BestTable({ experiments }: { experiments: Compared[] }) {
  return (
    <TableScroll label="Best of each front">
      <table className="w-full">
        <Heads label="Objective, × baseline" experiments={experiments} />
        <tbody>
          {objectives.map(({ key, label, direction }) => (
            <tr key={key} className="border-b border-line align-baseline last:border-0">
              <th scope="row" className="px-3 py-1.5 text-left font-normal text-ink-2">
                {direction === "max" ? "Highest" : "Lowest"} {label === "CO2" ? label : label.toLowerCase()}
              </th>
              {experiments.map(({ id, best }) => (
                <td key={id} className="px-3 py-1.5">
                  {best ? (
                    <>
                      {formatInterval(best[key].ratios[key])} <span className="text-xs text-ink-3">{best[key].label}</span>
                    </>
                  ) : (
                    <span className="text-ink-3">nothing measured yet</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row" className="px-3 py-1.5 text-left font-normal text-ink-2">
              Hypervolume at the end
            </th>
            {experiments.map(({ id, volumes }) => (
              <td key={id} className="px-3 py-1.5">
                {volumes.length > 0 ? formatNumber(volumes.at(-1) as number) : "–"}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </TableScroll>
  );
}

function Heads({ label, experiments }: { label: string; experiments: Compared[] }) {
  return (
    <thead>
      <tr className="h-8 border-b border-line bg-panel text-left text-xs text-ink-2">
        <th scope="col" className="px-3 font-medium">
          {label}
        </th>
        {experiments.map(({ id, name, index }) => (
          <th key={id} scope="col" className="max-w-64 px-3 font-medium">
            <span className="flex items-center gap-2">
              <Mark index={index} />
              <span className="truncate font-mono font-normal" title={name}>
                {name}
              </span>
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Mark({ index }: { index: number }) {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden className="shrink-0">
      <path d={seriesMark(index, 7, 7)} fill={seriesColour(index)} />
    </svg>
  );
}

function AxisSelect({ label, value, onChange }: { label: string; value: ObjectiveKey; onChange: (value: string) => void }) {
  return (
    <label className="flex items-center gap-1.5 text-ink-2">
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value)} className="control h-7 px-1.5">
        {objectiveKeys.map((key) => (
          <option key={key} value={key}>
            {objectiveOf(key).label}
          </option>
        ))}
      </select>
    </label>
  );
}
