import { titleOf, type Axis } from "@/components/charts/axis";
import { crowd, paintMarks, paintRing, radiusOf, type PlacedMark } from "@/components/charts/draw-marks";
import { mostIntervals, spanOf, type ScatterModel } from "@/components/charts/prepare-scatter";
import { isUncertain, type Mark, type Scene } from "@/components/charts/scene";
import type { Surface } from "@/components/charts/surface";
import type { ChartTheme } from "@/components/charts/use-chart-theme";

/** A rectangle in pixels that the two axes span. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface ScatterLook {
  theme: ChartTheme;
  colours: readonly string[];
  radii: readonly number[] | null;
  intervals: boolean;
  /** Smaller marks and no titles, for a cell of the matrix. */
  small?: boolean;
}

const order: Mark[] = ["dominated", "infeasible", "front", "baseline"];

export function pixelOf({ across, up }: Pick<ScatterModel, "across" | "up">, box: Box, index: number): { x: number; y: number } {
  return { x: box.left + (across[index] as number) * box.width, y: box.top + (1 - (up[index] as number)) * box.height };
}

function isInside(box: Box, { x, y }: { x: number; y: number }): boolean {
  // A point without a place is not a number, and neither inside nor outside.
  return x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height;
}

export function drawScatter(surface: Surface, scene: Scene, model: ScatterModel, box: Box, look: ScatterLook): void {
  drawFrame(surface, model, box, look);
  const { theme, small } = look;
  const scale = (small ? 0.6 : 1) * (scene.points.length > crowd ? 0.6 : 1);
  const hidden: PlacedMark[] = [];
  const marks: PlacedMark[] = [];
  const uncertain: PlacedMark[] = [];
  for (const wanted of order) {
    scene.points.forEach((point, index) => {
      const mark = scene.marks[index] as Mark;
      if (mark !== wanted) return;
      const place = pixelOf(model, box, index);
      if (!isInside(box, place)) return;
      const radius = (look.radii?.[index] ?? radiusOf[mark]) * scale;
      if (!scene.shown[index]) hidden.push({ mark: "dominated", ...place, colour: theme.line, radius: 2 * scale });
      else {
        const placed = { mark, ...place, colour: look.colours[index] as string, radius };
        marks.push(placed);
        if (!small && isUncertain(scene, point)) uncertain.push(placed);
      }
    });
  }
  paintMarks(surface, hidden, theme);
  if (look.intervals && !small) drawIntervals(surface, scene, model, box, theme);
  drawSteps(surface, model, box, theme);
  paintMarks(surface, marks, theme);
  for (const { x, y, radius } of uncertain) paintRing(surface, x, y, radius + 3.5, theme.front, true);
}

/** Steps, because nothing was measured between two points: each step keeps the nearer point's worse coordinate. */
function drawSteps(surface: Surface, model: ScatterModel, box: Box, theme: ChartTheme): void {
  const places = model.steps.map((index) => pixelOf(model, box, index));
  const inside = places.filter((place) => isInside(box, place));
  if (inside.length < 2) return;
  surface.strokeStyle = theme.front;
  surface.lineWidth = 1;
  surface.setLineDash([2, 3]);
  surface.beginPath();
  inside.forEach(({ x, y }, index) => {
    const before = inside[index - 1];
    if (!before) surface.moveTo(x, y);
    else {
      surface.lineTo(model.cornerAtNext ? x : before.x, model.cornerAtNext ? before.y : y);
      surface.lineTo(x, y);
    }
  });
  surface.stroke();
  surface.setLineDash([]);
}

function drawIntervals(surface: Surface, scene: Scene, model: ScatterModel, box: Box, theme: ChartTheme): void {
  const all = scene.points.length <= mostIntervals;
  surface.globalAlpha = 0.55;
  surface.lineWidth = 1;
  for (const wanted of order) {
    if (!all && wanted === "dominated") continue;
    surface.strokeStyle = theme[wanted];
    surface.beginPath();
    scene.points.forEach(({ figures }, index) => {
      if (scene.marks[index] !== wanted || !scene.shown[index]) return;
      const { x, y } = pixelOf(model, box, index);
      if (!isInside(box, { x, y })) return;
      const clamp = (place: number): number => Math.min(1, Math.max(0, place));
      const [left, right] = spanOf(model.xAxis, figures[model.xAxis.key]).map((place) => box.left + clamp(place) * box.width) as [number, number];
      const [low, high] = spanOf(model.yAxis, figures[model.yAxis.key]).map((place) => box.top + (1 - clamp(place)) * box.height) as [number, number];
      surface.moveTo(left, y);
      surface.lineTo(right, y);
      surface.moveTo(x, low);
      surface.lineTo(x, high);
    });
    surface.stroke();
  }
  surface.globalAlpha = 1;
}

function drawFrame(surface: Surface, { xAxis, yAxis }: ScatterModel, box: Box, { theme, small }: ScatterLook): void {
  const bottom = box.top + box.height;
  surface.lineWidth = 1;
  surface.strokeStyle = theme.line;
  surface.beginPath();
  surface.rect(box.left, box.top, box.width, box.height);
  const across = ticksIn(xAxis);
  const up = ticksIn(yAxis);
  for (const { place } of across) {
    surface.moveTo(box.left + place * box.width, box.top);
    surface.lineTo(box.left + place * box.width, bottom);
  }
  for (const { place } of up) {
    surface.moveTo(box.left, bottom - place * box.height);
    surface.lineTo(box.left + box.width, bottom - place * box.height);
  }
  surface.stroke();
  if (small) return;
  surface.font = `12px ${theme.font}`;
  surface.fillStyle = theme.ink2;
  surface.textAlign = "center";
  surface.textBaseline = "top";
  let free = -Infinity;
  for (const { place, text } of across) {
    const x = box.left + place * box.width;
    if (x < free) continue;
    surface.fillText(text, x, bottom + 6);
    free = x + text.length * 7 + 8;
  }
  surface.textAlign = "right";
  surface.textBaseline = "middle";
  for (const { place, text } of up) surface.fillText(text, box.left - 6, bottom - place * box.height);
  surface.fillStyle = theme.ink;
  surface.textAlign = "center";
  surface.textBaseline = "top";
  surface.fillText(titleOf(xAxis), box.left + box.width / 2, bottom + 26);
  surface.textAlign = "left";
  surface.fillText(titleOf(yAxis), 8, box.top - 20);
}

function ticksIn(axis: Axis): { place: number; text: string }[] {
  const [low, high] = axis.domain;
  const place = (value: number): number => (axis.log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
  return axis.ticks.map(({ value, text }) => ({ place: place(value), text }));
}
