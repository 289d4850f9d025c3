import { formatInterval, scaleFor } from "@/lib/domain/format";
import { objectives } from "@/lib/domain/objectives";
import { frontOf } from "@/lib/domain/pareto";
import type { ExperimentView, SolutionView } from "./schema";
import { chartScript, chartStyle } from "./visualization-assets";

/**
 * One HTML file that opens offline: a scatter chart with a choice of axes and a table of all solutions. It loads
 * nothing, and everything that comes from outside (names, labels) goes in escaped.
 */
export function visualizationHtml(view: ExperimentView): string {
  const solutions = [...view.solutions].sort((a, b) => a.number - b.number);
  const front = frontOf(
    solutions.map(({ number, figures }) => ({
      id: number,
      figures: Object.fromEntries(objectives.map(({ key }) => [key, figures[key].value])) as Record<(typeof objectives)[number]["key"], number>,
    })),
  );
  const scales = Object.fromEntries(
    objectives.map(({ key }) => [key, scaleFor(key, Math.max(0, ...solutions.map(({ figures }) => figures[key].value)))]),
  ) as Record<(typeof objectives)[number]["key"], ReturnType<typeof scaleFor>>;
  const data = {
    axes: objectives.map(({ key, label }) => ({ key, label, unit: scales[key].unit })),
    points: solutions.map(({ number, label, figures, isBaseline }) => ({
      number,
      label,
      baseline: isBaseline,
      front: front.has(number),
      values: Object.fromEntries(
        objectives.map(({ key }) => {
          const { value, low, high } = figures[key];
          return [key, [value, low, high].map((each) => each * scales[key].factor)];
        }),
      ),
    })),
  };
  const row = (solution: SolutionView): string =>
    `<tr${front.has(solution.number) ? ' class="front"' : ""}><td>${solution.number}</td><th scope="row">${escapeHtml(solution.label)}</th>` +
    `<td>${solution.isBaseline ? "baseline, " : ""}${front.has(solution.number) ? "on the front" : "dominated"}</td>` +
    objectives.map(({ key }) => `<td>${formatInterval(solution.figures[key], scales[key].factor)}</td>`).join("") +
    "</tr>";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(view.name)}: Pareto front</title>
<style>${chartStyle}</style>
</head>
<body>
<h1>${escapeHtml(view.model)}</h1>
<p>${escapeHtml(view.name)} · benchmarks: ${escapeHtml(view.benchmarks.join(", "))} · ${solutions.length} solutions, ${front.size} on the front</p>
<p class="controls"><label>Across <select id="x"></select></label> <label>Up <select id="y"></select></label></p>
<svg id="chart" viewBox="0 0 720 420" role="img" aria-label="Scatter chart of all solutions; the table below has the same figures"></svg>
<p class="legend"><span class="dot front"></span> on the five-objective front <span class="dot"></span> dominated <span class="dot baseline"></span> uncompressed</p>
<div class="wide">
<table>
<caption>All solutions, each figure with half of its 95 % interval</caption>
<thead><tr><th scope="col">Episode</th><th scope="col">Recipe</th><th scope="col">Front</th>${objectives.map(({ key, label }) => `<th scope="col">${scales[key].unit ? `${label} (${scales[key].unit})` : label}</th>`).join("")}</tr></thead>
<tbody>
${solutions.map(row).join("\n")}
</tbody>
</table>
</div>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>
<script>${chartScript}</script>
</body>
</html>
`;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] as string);
}
