import { recipeText } from "@/components/experiments/recipe-text";
import type { Scene } from "@/components/charts/scene";
import { formatDelta, formatInterval, scaleFor } from "@/lib/domain/format";
import { objectives } from "@/lib/domain/objectives";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

interface Props {
  scene: Scene;
  index: number;
  /** Where the point is, in pixels of the chart's box. */
  left: number;
  top: number;
  width: number;
}

const boxWidth = 272;

/** The five figures and the recipe beside the point; aria-hidden because the table behind the chart says the same. */
export function ChartTooltip({ scene, index, left, top, width }: Props) {
  const solution = scene.points[index] as SolutionPoint;
  const { baseline } = scene;
  const share = scene.shares.get(solution.number);
  const onLeft = left > width / 2;
  const x = onLeft ? Math.max(0, left - boxWidth - 16) : Math.min(left + 16, Math.max(0, width - boxWidth));
  return (
    <div aria-hidden data-testid="tooltip" className="popup pointer-events-none absolute z-20 p-2 text-xs" style={{ left: x, top: Math.max(0, top - 96), width: boxWidth }}>
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
      {share !== undefined && !solution.isBaseline && (solution.onFront || share > 0) ? <p className="mt-1 text-ink-2">front in {Math.round(share * 100)} % of resamples</p> : null}
      {!solution.feasible ? <p className="mt-1 text-warn">breaks a constraint of the goal</p> : null}
      {solution.partial ? <p className="mt-1 text-warn">not measured in full</p> : null}
      <p className="mt-1 line-clamp-3 font-mono break-words text-ink-2">{recipeText(solution.recipe)}</p>
    </div>
  );
}
