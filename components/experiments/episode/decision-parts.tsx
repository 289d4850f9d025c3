import { clsx } from "clsx";
import { recipeText } from "@/components/experiments/recipe-text";
import type { ExpectationRow } from "@/components/experiments/view/prepare-expectation";
import { formatNumber } from "@/lib/domain/format";
import type { EpisodeView } from "@/lib/experiments/schema";

type Decision = NonNullable<EpisodeView["decision"]>;

/** Why a recipe was chosen: the reason, what was expected and found, what it rests on, what else there was. */
export function DecisionParts({ decision, expectation, whole = false }: { decision: Decision; expectation: ExpectationRow[]; whole?: boolean }) {
  const { evidence, alternatives } = decision;
  const named = whole ? evidence : evidence.slice(0, 3);
  return (
    <>
      <p className="break-words whitespace-pre-line">{decision.reasoning || "No reason was given."}</p>
      {decision.recipe ? <p className="font-mono text-xs break-words">{recipeText(decision.recipe)}</p> : null}
      {decision.gain ? (
        <p className="figures text-xs">
          Expected to add {formatNumber(decision.gain.mean)} ± {formatNumber(decision.gain.sd)} to the hypervolume.
        </p>
      ) : null}
      {expectation.length > 0 ? <ExpectationTable rows={expectation} /> : null}
      {named.length > 0 ? (
        <p className="text-xs break-words">
          Rests on {named.map(({ source, similarity }) => `${source} (${Math.round(similarity * 100)} % alike)`).join(", ")}
          {named.length < evidence.length ? ` and ${evidence.length - named.length} more` : ""}.
        </p>
      ) : null}
      {alternatives.length > 0 ? <Alternatives alternatives={alternatives} whole={whole} /> : null}
    </>
  );
}

/** What else was considered, with the hypervolume that it was expected to add and how sure that was. */
function Alternatives({ alternatives, whole }: { alternatives: Decision["alternatives"]; whole: boolean }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-xs">
        <caption className="text-left text-ink-3">Considered, with the hypervolume expected</caption>
        <tbody>
          {alternatives.map(({ label, recipe, score, gain }, index) => (
            <tr key={index} className={clsx(whole && "border-b border-line last:border-0")}>
              <th scope="row" className="py-0.5 pr-3 text-left font-normal">
                {label}
                {whole ? <span className="block font-mono break-words text-ink-3">{recipeText(recipe)}</span> : null}
              </th>
              <td className="figures text-right whitespace-nowrap">
                {formatNumber(score)}
                {gain ? <span className="text-ink-3"> ± {formatNumber(gain.sd)}</span> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Ratios to the uncompressed model; what lies outside of the 80 % interval says so. */
function ExpectationTable({ rows }: { rows: ExpectationRow[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="figures w-full max-w-xl text-xs">
        <caption className="text-left text-ink-3">Expected and then found, as ratios to the uncompressed model</caption>
        <thead>
          <tr className="text-ink-3">
            <th scope="col" className="pr-3 text-left font-normal">
              Objective
            </th>
            <th scope="col" className="px-2 text-right font-normal">
              Expected
            </th>
            <th scope="col" className="px-2 text-right font-normal">
              80 % interval
            </th>
            <th scope="col" className="pl-2 text-right font-normal">
              Found
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, expected, range, came, outside }) => (
            <tr key={key}>
              <th scope="row" className="py-0.5 pr-3 text-left font-normal">
                {label}
              </th>
              <td className="px-2 text-right">{expected}</td>
              <td className="px-2 text-right whitespace-nowrap text-ink-3">{range}</td>
              <td className={clsx("pl-2 text-right whitespace-nowrap", outside && "text-warn")}>
                {came ?? "–"}
                {outside ? " outside" : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
