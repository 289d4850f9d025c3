"use client";

import { useMemo } from "react";
import { correlations, importances, methodRows, samplesOf, slicesOf } from "@/components/analysis/prepare";
import { SliceChart } from "@/components/analysis/slice-chart";
import { methodColour } from "@/components/charts/palette";
import { Panel } from "@/components/ui/panel";
import { TableScroll } from "@/components/ui/table-scroll";
import { useAddress } from "@/components/use-address";
import { formatNumber, minus } from "@/lib/domain/format";
import { objectiveKeys, objectiveOf, objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";

const mostParams = 12;

export function AnalysisView({ views }: { views: ExperimentPageView[] }) {
  const samples = useMemo(() => samplesOf(views), [views]);
  const ranked = useMemo(() => importances(samples), [samples]);
  const [objectiveText, setObjective] = useAddress("of");
  const [paramText, setParam] = useAddress("by");
  const objective = objectiveKeys.find((key) => key === objectiveText) ?? "accuracy";
  const params = ranked.map(({ param }) => param);
  const param = params.find((name) => name === paramText) ?? params[0];
  if (samples.length === 0) return <p className="rounded-md border border-line bg-panel p-6 text-ink-2">No compressed solution has been measured in full here yet, so there is nothing to compare.</p>;
  return (
    <div className="grid grid-cols-1 gap-4">
      <p className="max-w-prose text-ink-2">
        {samples.length} solutions of {views.length} {views.length === 1 ? "experiment" : "experiments"}, each divided by its own uncompressed model. The search chose what was tried, so these are
        hints where to look and no proof of causes.
      </p>
      <div className="grid grid-cols-1 items-start gap-4 2xl:grid-cols-2">
        <Panel title="Which parameter matters">
          {ranked.length === 0 ? (
            <p className="p-3 text-ink-2">At least four solutions with two different values of a parameter are needed.</p>
          ) : (
            <TableScroll label="Which parameter matters">
              <table className="w-full">
                <caption className="px-3 pt-2 text-left text-xs text-ink-3">Share of a figure&apos;s variance that differs between the parameter&apos;s values, adjusted for chance. One parameter at a time.</caption>
                <Head first="Parameter" second="Solutions" />
                <tbody>
                  {ranked.slice(0, mostParams).map(({ param: name, count, shares }) => (
                    <tr key={name} className="border-b border-line last:border-0">
                      <th scope="row" className="px-3 py-1 text-left font-mono font-normal">
                        <button type="button" className="rounded-sm hover:underline" aria-pressed={name === param} onClick={() => setParam(name)}>
                          {name}
                        </button>
                      </th>
                      <td className="px-3 py-1 text-right text-ink-2">{count}</td>
                      {objectiveKeys.map((key) => (
                        <td key={key} className="px-3 py-1 text-right">
                          <Share value={shares[key]} />
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
              {ranked.length > mostParams ? <p className="px-3 py-2 text-xs text-ink-3">{`${mostParams} of ${ranked.length} parameters, the strongest first.`}</p> : null}
            </TableScroll>
          )}
        </Panel>
        {param ? (
          <Panel
            title="Slice"
            aside={
              <>
                <Select label="Figure" value={objective} options={objectiveKeys.map((key) => [key, objectiveOf(key).label])} onChange={setObjective} />
                <Select label="By" value={param} options={params.map((name) => [name, name])} onChange={setParam} />
              </>
            }
          >
            <div className="p-3">
              <SliceChart slices={slicesOf(samples, param)} param={param} objective={objective} />
            </div>
          </Panel>
        ) : null}
        <Panel title="Methods">
          <TableScroll label="Methods">
            <table className="w-full">
              <caption className="px-3 pt-2 text-left text-xs text-ink-3">Median outcome of each method or chain of methods, × baseline.</caption>
              <Head first="Method" second="On a front" />
              <tbody>
                {methodRows(samples).map(({ method, count, onFront, medians }) => (
                  <tr key={method} className="border-b border-line last:border-0">
                    <th scope="row" className="px-3 py-1 text-left font-mono font-normal">
                      <span className="flex items-center gap-2">
                        <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: methodColour(method) }} />
                        {method}
                      </span>
                    </th>
                    <td className="px-3 py-1 text-right whitespace-nowrap text-ink-2">
                      {onFront} of {count}
                    </td>
                    {objectiveKeys.map((key) => (
                      <td key={key} className="px-3 py-1 text-right">
                        {formatNumber(medians[key])}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </TableScroll>
        </Panel>
        <Panel title="How the figures go together">
          <Correlations values={correlations(samples)} />
        </Panel>
      </div>
    </div>
  );
}

function Head({ first, second }: { first: string; second: string }) {
  return (
    <thead>
      <tr className="h-8 border-b border-line text-xs text-ink-2">
        <th scope="col" className="px-3 text-left font-medium">
          {first}
        </th>
        <th scope="col" className="px-3 text-right font-medium whitespace-nowrap">
          {second}
        </th>
        <ObjectiveHeads />
      </tr>
    </thead>
  );
}

function ObjectiveHeads() {
  return objectives.map(({ key, label }) => (
    <th key={key} scope="col" className="px-3 text-right font-medium">
      {label}
    </th>
  ));
}

/** The bar repeats the number; it is drawn behind it so that columns stay narrow. */
function Share({ value }: { value: number | null }) {
  if (value === null) return <span className="text-ink-3">–</span>;
  return (
    <span className="relative inline-block w-14">
      <span aria-hidden className="absolute inset-y-0 right-0 rounded-sm bg-selected" style={{ width: `${Math.round(100 * value)}%` }} />
      <span className="relative px-1">{Math.round(100 * value)} %</span>
    </span>
  );
}

function Correlations({ values }: { values: Record<ObjectiveKey, Record<ObjectiveKey, number | null>> }) {
  return (
    <TableScroll label="Correlations">
      <table className="w-full">
        <caption className="px-3 pt-2 text-left text-xs text-ink-3">Spearman&apos;s rank correlation: 1 when both always rise together, {minus}1 when one falls as the other rises.</caption>
        <thead>
          <tr className="h-8 border-b border-line text-xs text-ink-2">
            <td />
            <ObjectiveHeads />
          </tr>
        </thead>
        <tbody>
          {objectives.map(({ key: a, label }) => (
            <tr key={a} className="border-b border-line last:border-0">
              <th scope="row" className="px-3 py-1 text-left font-normal text-ink-2">
                {label}
              </th>
              {objectives.map(({ key: b }) => {
                const value = values[a][b];
                return (
                  <td key={b} className={`px-3 py-1 text-right ${a === b || value === null ? "text-ink-3" : ""}`}>
                    {value === null ? "–" : value.toFixed(2).replace("-", minus)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function Select({ label, value, options, onChange }: { label: string; value: string; options: (readonly [string, string])[]; onChange: (value: string) => void }) {
  return (
    <label className="flex items-center gap-1.5 text-ink-2">
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value)} className="control h-7 max-w-48 px-1.5">
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
