import { paintMarks, paintRing } from "@/components/charts/draw-marks";
import type { Box } from "@/components/charts/draw-scatter";
import { heightOf, type ParallelAxis, type ParallelModel } from "@/components/charts/prepare-parallel";
import { isUncertain, type Mark, type Scene } from "@/components/charts/scene";
import type { Surface } from "@/components/charts/surface";
import type { ChartTheme } from "@/components/charts/use-chart-theme";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

export function axisX(box: Box, place: number, count: number): number {
  return box.left + (count > 1 ? (place / (count - 1)) * box.width : 0);
}

function y(box: Box, height: number): number {
  return box.top + (1 - height) * box.height;
}

/** Adds one point's line to the open path; it is broken where an axis has no place for it. */
function addLine(surface: Surface, { axes, heights }: ParallelModel, box: Box, index: number): void {
  const count = axes.length;
  let open = false;
  for (let k = 0; k < count; k++) {
    const height = heights[index * count + k] as number;
    if (!Number.isFinite(height)) open = false;
    else if (open) surface.lineTo(axisX(box, k, count), y(box, height));
    else {
      surface.moveTo(axisX(box, k, count), y(box, height));
      open = true;
    }
  }
}

const widths: Record<Mark, number> = { dominated: 1, infeasible: 1, front: 1.5, baseline: 2.5 };
const dashes: Record<Mark, number[]> = { dominated: [], infeasible: [4, 3], front: [], baseline: [8, 4] };

/** The order in which lines are drawn, so that what matters lies on top. */
export function drawingOrder(scene: Scene): { hidden: number[]; shown: number[]; counts: Record<Mark, number> } {
  const hidden: number[] = [];
  const groups: Record<Mark, number[]> = { dominated: [], infeasible: [], front: [], baseline: [] };
  scene.points.forEach((_, index) => (scene.shown[index] ? groups[scene.marks[index] as Mark] : hidden).push(index));
  const counts = { dominated: groups.dominated.length, infeasible: groups.infeasible.length, front: groups.front.length, baseline: groups.baseline.length };
  return { hidden, counts, shown: [...groups.dominated, ...groups.infeasible, ...groups.front, ...groups.baseline] };
}

/** How much a line hides of what is below it: thousands are told apart by where they are dense. */
export function shownAlpha(mark: Mark, count: number): number {
  if (mark === "baseline") return 1;
  return mark === "dominated" ? Math.max(0.12, Math.min(0.8, 150 / count)) : Math.max(0.2, Math.min(1, 150 / count));
}

export function hiddenAlpha(count: number): number {
  return count > 400 ? 0.3 : 0.7;
}

/** Filtered-out lines, for context: one pale path. */
export function drawHidden(surface: Surface, model: ParallelModel, box: Box, indices: readonly number[], theme: ChartTheme, total: number): void {
  surface.setLineDash([]);
  surface.strokeStyle = theme.line;
  surface.lineWidth = 1;
  surface.globalAlpha = hiddenAlpha(total);
  surface.beginPath();
  for (const index of indices) addLine(surface, model, box, index);
  surface.stroke();
  surface.globalAlpha = 1;
}

/** Lines of the same look are painted as one path. */
export function drawShown(surface: Surface, scene: Scene, model: ParallelModel, box: Box, indices: readonly number[], colours: readonly string[], counts: Readonly<Record<Mark, number>>): void {
  for (let from = 0; from < indices.length; ) {
    const first = indices[from] as number;
    const mark = scene.marks[first] as Mark;
    let to = from;
    surface.beginPath();
    while (to < indices.length && scene.marks[indices[to] as number] === mark && colours[indices[to] as number] === colours[first]) {
      addLine(surface, model, box, indices[to] as number);
      to++;
    }
    surface.setLineDash(dashes[mark]);
    surface.strokeStyle = colours[first] as string;
    surface.lineWidth = widths[mark];
    surface.globalAlpha = shownAlpha(mark, counts[mark]);
    surface.stroke();
    from = to;
  }
  surface.setLineDash([]);
  surface.globalAlpha = 1;
}

/** One line that stands out, with its marks on the axes and, where it has them, its intervals as bars. */
export function drawOutstanding(surface: Surface, scene: Scene, model: ParallelModel, box: Box, index: number, colour: string, theme: ChartTheme): void {
  const { axes, heights } = model;
  surface.strokeStyle = theme.ground;
  surface.lineWidth = 6;
  surface.beginPath();
  addLine(surface, model, box, index);
  surface.stroke();
  surface.strokeStyle = colour;
  surface.lineWidth = 3;
  surface.stroke();
  const point = scene.points[index] as SolutionPoint;
  const mark = scene.marks[index] as Mark;
  const places = axes.map((_, k) => ({ x: axisX(box, k, axes.length), y: y(box, heights[index * axes.length + k] as number) }));
  surface.lineWidth = 5;
  surface.globalAlpha = 0.45;
  surface.beginPath();
  axes.forEach((axis, k) => {
    const { low, high } = point.figures[axis.key];
    const ends = [low, high].map((value) => Math.min(1, Math.max(0, heightOf(axis, value))));
    if (!ends.every(Number.isFinite)) return;
    surface.moveTo(places[k]?.x ?? 0, y(box, ends[0] as number));
    surface.lineTo(places[k]?.x ?? 0, y(box, ends[1] as number));
  });
  surface.stroke();
  surface.globalAlpha = 1;
  const drawn = places.filter((place) => Number.isFinite(place.y));
  paintMarks(surface, drawn.map((place) => ({ mark, ...place, colour, radius: mark === "baseline" ? 6 : 4.5 })), theme);
  if (isUncertain(scene, point)) for (const place of drawn) paintRing(surface, place.x, place.y, 8, theme.front, true);
}

/** Axes with their ticks; the text has a rim of the ground's colour, since lines run behind it. */
export function drawAxes(surface: Surface, { axes }: ParallelModel, box: Box, theme: ChartTheme): void {
  surface.font = `12px ${theme.font}`;
  surface.textAlign = "right";
  surface.textBaseline = "middle";
  axes.forEach((axis, k) => {
    const x = axisX(box, k, axes.length);
    surface.strokeStyle = theme.ink3;
    surface.lineWidth = 1;
    surface.beginPath();
    surface.moveTo(x, box.top);
    surface.lineTo(x, box.top + box.height);
    for (const { value } of axis.ticks) {
      surface.moveTo(x - 4, y(box, heightOf(axis, value)));
      surface.lineTo(x, y(box, heightOf(axis, value)));
    }
    surface.stroke();
    for (const { value, text } of axis.ticks) {
      const at = y(box, heightOf(axis, value));
      surface.globalAlpha = 0.85;
      surface.fillStyle = theme.ground;
      surface.beginPath();
      surface.rect(x - 9 - text.length * 7, at - 8, text.length * 7 + 4, 16);
      surface.fill();
      surface.globalAlpha = 1;
      surface.fillStyle = theme.ink2;
      surface.fillText(text, x - 7, at);
    }
  });
}

/** Names over the axes, for a saved picture; on the page they are buttons. */
export function drawAxisTitles(surface: Surface, { axes }: ParallelModel, box: Box, theme: ChartTheme): void {
  surface.font = `12px ${theme.font}`;
  surface.fillStyle = theme.ink;
  surface.textAlign = "center";
  surface.textBaseline = "middle";
  axes.forEach(({ label, scale, better }: ParallelAxis, k) => surface.fillText(`${label} ${scale.unit} ${better}`.replace("  ", " "), axisX(box, k, axes.length), box.top - 24));
}
