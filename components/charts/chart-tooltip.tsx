import { recipeText } from "@/components/experiments/recipe-text";
import { formatDelta, formatInterval, scaleFor } from "@/lib/domain/format";
import { objectives } from "@/lib/domain/objectives";
import type { SolutionView } from "@/lib/experiments/schema";

interface Props {
  solution: SolutionView;
  baseline: SolutionView | undefined;
  /** Where the point is, in pixels of the chart's box. */
  left: number;
  top: number;
  width: number;
}

const boxWidth = 272;

/** The five figures and the recipe beside the point; aria-hidden because the table behind the chart says the same. */
export function ChartTooltip({ solution, baseline, left, top, width }: Props) {
  const onLeft = left > width / 2;
  const x = onLeft ? Math.max(0, left - boxWidth - 16) : Math.min(left + 16, Math.max(0, width - boxWidth));
  return (
    <div aria-hidden className="popup pointer-events-none absolute z-10 p-2 text-xs" style={{ left: x, top: Math.max(0, top - 96), width: boxWidth }}>
      <p className="truncate font-medium">
        <span className="text-ink-3">#{solution.number}</span> {solution.label}
      </p>
      <table className="mt-1 w-full">
        <tbody>
          {objectives.map(({ key, label }) => {
            const figure = solution.figures[key];
            const scale = scaleFor(key, figure.value);
            return (
              <tr key={key}>
                <th scope="row" className="pr-2 text-left font-normal text-ink-2">
                  {label}
                </th>
                <td className="pr-2 text-right whitespace-nowrap">
                  {formatInterval(figure, scale.factor)} <span className="text-ink-3">{scale.unit.split("/")[0]}</span>
                </td>
                <td className="text-right whitespace-nowrap text-ink-2">
                  {baseline && !solution.isBaseline ? formatDelta(key, figure.value, baseline.figures[key].value).replace(" points", " pt") : ""}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="mt-1 font-mono break-words text-ink-2">{recipeText(solution.recipe)}</p>
    </div>
  );
}
