import Link from "next/link";
import type { ReactNode } from "react";
import { FrontChart } from "@/components/compare/front-chart";
import { LineChart } from "@/components/compare/line-chart";
import { prepareComparison } from "@/components/compare/prepare";
import { PrintButton } from "@/components/experiments/print-button";
import { recipeText } from "@/components/experiments/recipe-text";
import { specRows } from "@/components/experiments/spec-rows";
import { reasonWords, statusWords } from "@/components/experiments/words";
import { sentence } from "@/components/ui/sentence";
import { formatDelta, formatInterval, formatNumber, formatSeconds, scaleFor } from "@/lib/domain/format";
import { objectives } from "@/lib/domain/objectives";
import type { ExperimentView, SolutionView } from "@/lib/experiments/schema";

/** Everything that a reader needs to judge an experiment, on paper: the same figures as on its page, and how they were had. */
export function Report({ experiment }: { experiment: ExperimentView }) {
  const { solutions, episodes, terminationReason, status } = experiment;
  const baseline = solutions.find(({ isBaseline }) => isBaseline);
  const front = solutions.filter(({ onFront }) => onFront);
  const comparison = prepareComparison([{ ...experiment, trace: [] }]);
  const seconds = episodes.reduce((sum, episode) => sum + Object.values(episode.seconds ?? {}).reduce((a, b) => a + b, 0), 0);
  return (
    <article className="grid max-w-5xl grid-cols-1 gap-6 print:max-w-none">
      <header>
        <div className="flex flex-wrap items-start gap-3">
          <h1 className="min-w-0 flex-1 text-xl font-semibold break-words">Compressing {experiment.model}</h1>
          <PrintButton />
        </div>
        <p className="font-mono text-xs break-all text-ink-2">
          <Link href={`/experiments/${experiment.id}`} className="hover:underline">
            {experiment.name}
          </Link>
        </p>
        <p className="mt-2 max-w-prose">
          {solutions.length} solutions measured on {experiment.benchmarks.join(", ")}
          {experiment.itemLimit === null ? "" : ` (${experiment.itemLimit} items each)`}; {front.length} are on the five-objective front, which has a hypervolume of{" "}
          {experiment.hypervolume === null ? "–" : formatNumber(experiment.hypervolume)}. {terminationReason ? `It ended because: ${reasonWords[terminationReason]}.` : `It is ${statusWords[status]}.`} The work took {formatSeconds(seconds)}.
        </p>
      </header>
      {baseline ? (
        <Section title="Front">
          <div className="grid gap-4 md:grid-cols-2 print:grid-cols-2">
            <FrontChart experiments={comparison.experiments} across="latency_ms" up="accuracy" />
            <LineChart label="Hypervolume" series={comparison.experiments.map(({ name, volumes }) => ({ name, values: volumes }))} />
          </div>
          <SolutionTable solutions={front.some(({ isBaseline }) => isBaseline) ? front : [baseline, ...front]} baseline={baseline} />
        </Section>
      ) : (
        <p className="text-ink-2">The uncompressed model has not been measured yet, so there is nothing to compare with.</p>
      )}
      <Section title="Decisions">
        <ol className="grid gap-3">
          {episodes.map(({ number, decision, status: state, error, hypervolume }) => (
            <li key={number} className="break-inside-avoid">
              <p>
                <span className="figures font-medium">{number}</span> <span className="font-medium">{decision?.label ?? "not decided"}</span>{" "}
                <span className="text-ink-3">
                  {decision ? `decided by ${decision.decidedBy}, ` : ""}
                  {state}
                  {hypervolume === null ? "" : `, hypervolume ${formatNumber(hypervolume)}`}
                </span>
              </p>
              {decision ? <p className="max-w-prose text-ink-2">{decision.reasoning}</p> : null}
              {error ? (
                <p className="max-w-prose text-bad">
                  {sentence(error.message)} {sentence(error.remedy)}
                </p>
              ) : null}
            </li>
          ))}
        </ol>
      </Section>
      <Section title="Recipes on the front">
        <ul className="grid gap-1 font-mono text-xs break-words">
          {front.map(({ number, recipe, artifactHash }) => (
            <li key={number}>
              {number}: {recipeText(recipe)}
              {artifactHash ? <span className="text-ink-3"> · artifact {artifactHash.slice(0, 16)}</span> : null}
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Model and conditions">
        <dl className="grid grid-cols-[12rem_minmax(0,1fr)] gap-x-4 gap-y-1">
          {specRows(experiment.spec).map(({ label, value, source }) => (
            <div key={label} className="contents">
              <dt className="text-ink-3">{label}</dt>
              <dd>
                {value} <span className="text-xs text-ink-3">{source}</span>
              </dd>
            </div>
          ))}
          <dt className="text-ink-3">Measured on</dt>
          <dd>{baseline?.device ?? "not yet"}</dd>
          <dt className="text-ink-3">Seed</dt>
          <dd className="figures">{experiment.seed}</dd>
        </dl>
        <p className="mt-3 max-w-prose text-xs text-ink-2">
          Each figure stands with half of its 95 % interval. All five come from the same artifact, loaded again from disk in a fresh process; latency, memory and energy were measured in turns with the
          uncompressed model. Differences inside the intervals are not differences.
        </p>
      </Section>
    </article>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 border-b border-line pb-1 text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function SolutionTable({ solutions, baseline }: { solutions: SolutionView[]; baseline: SolutionView }) {
  return (
    <div className="mt-3 overflow-x-auto">
      <table className="w-full text-xs">
        <thead>
          <tr className="h-8 border-b border-line text-left text-ink-2">
            <th scope="col" className="pr-3 font-medium">
              Solution
            </th>
            {objectives.map(({ key, label }) => {
              const { unit } = scaleFor(key, baseline.figures[key].value);
              return (
                <th key={key} scope="col" className="pr-3 text-right font-medium">
                  {label}
                  {unit ? `, ${unit}` : ""}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {solutions.map(({ number, label, figures, isBaseline }) => (
            <tr key={number} className="break-inside-avoid border-b border-line align-baseline last:border-0">
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                <span className="figures text-ink-3">{number}</span> {label}
              </th>
              {objectives.map(({ key }) => (
                <td key={key} className="py-1.5 pr-3 text-right whitespace-nowrap">
                  {formatInterval(figures[key], scaleFor(key, baseline.figures[key].value).factor)}
                  {isBaseline ? null : <span className="block text-ink-3">{formatDelta(key, figures[key].value, baseline.figures[key].value)}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
