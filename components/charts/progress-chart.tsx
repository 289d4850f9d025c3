"use client";

import { useEffect, useMemo, useRef } from "react";
import { linearTicks } from "@/components/charts/axis";
import { usePicture, type LinkedProps } from "@/components/charts/linked";
import { prepareProgress, type Course } from "@/components/charts/prepare-progress";
import type { Surface } from "@/components/charts/surface";
import { clearCanvas, useSize, type Size } from "@/components/charts/use-canvas";
import { useChartTheme, type ChartTheme } from "@/components/charts/use-chart-theme";
import { nearestPoint, usePlotPointer } from "@/components/charts/use-plot-pointer";
import { useHovered } from "@/components/experiments/view/hover-store";
import { formatNumber } from "@/lib/domain/format";
import { objectives } from "@/lib/domain/objectives";
import type { EpisodeTrace } from "@/lib/experiments/page-schema";

const margin = { left: 84, right: 20, top: 28, bottom: 36 };
const rowHeight = 22;

/** Hypervolume over the episodes, and below it what each episode was the best at so far. */
export function ProgressChart({ scene, hover, selected, onSelect, picture, trace }: LinkedProps & { trace: readonly EpisodeTrace[] }) {
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(area);
  const theme = useChartTheme();
  const hovered = useHovered(hover);
  const course = useMemo(() => prepareProgress(trace, scene.points), [trace, scene.points]);
  useEffect(() => {
    const surface = size && clearCanvas(canvas.current, size);
    if (surface && theme) draw(surface, size, course, theme, hovered, selected);
  }, [size, theme, course, hovered, selected]);
  usePicture(picture, size, theme, (surface) => size && theme && draw(surface, size, course, theme, null, selected));
  const { handlers } = usePlotPointer({
    find: (x, y) => {
      if (!size) return null;
      const at = (index: number) => ({ x: xOf(size, course, scene.points[index]?.number ?? 0), y });
      const index = nearestPoint(scene.points.length, at, () => true, x, y);
      return index === null ? null : (scene.points[index]?.number ?? null);
    },
    plotAt: () => null,
    onHover: hover.set,
    onSelect,
    onBox: () => undefined,
  });
  return (
    <div ref={area} className="chart-area" {...handlers} data-testid="progress">
      <canvas ref={canvas} className="absolute inset-0 size-full" aria-hidden />
      <div className="sr-only">
        <CourseTable course={course} />
      </div>
    </div>
  );
}

function CourseTable({ course }: { course: Course }) {
  const numbers = [...new Set([...course.volumes, ...course.improvements].map(({ number }) => number))].sort((a, b) => a - b);
  const labels = Object.fromEntries(objectives.map(({ key, label }) => [key, label]));
  return (
    <table>
      <caption>Episodes that changed the hypervolume or were the best so far in an objective</caption>
      <thead>
        <tr>
          <th scope="col">Episode</th>
          <th scope="col">Hypervolume</th>
          <th scope="col">Best so far in</th>
        </tr>
      </thead>
      <tbody>
        {numbers.map((number) => (
          <tr key={number}>
            <th scope="row">{number}</th>
            <td>{formatNumber(course.volumes.findLast((each) => each.number <= number)?.value ?? 0)}</td>
            <td>{course.improvements.filter((each) => each.number === number).map(({ key, certain }) => `${labels[key]}${certain ? "" : " (within the interval)"}`).join(", ") || "none"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function xOf(size: Size, { first, last }: Course, number: number): number {
  const width = size.width - margin.left - margin.right;
  return margin.left + ((number - first) / Math.max(1, last - first)) * width;
}

function draw(surface: Surface, size: Size, course: Course, theme: ChartTheme, hovered: number | null, selected: ReadonlySet<number>): void {
  const right = size.width - margin.right;
  const foot = size.height - margin.bottom - objectives.length * rowHeight;
  const top = Math.max(0, ...course.volumes.map(({ value }) => value)) * 1.08 || 1;
  const y = (value: number): number => foot - (value / top) * (foot - margin.top);
  surface.lineWidth = 1;
  surface.font = `12px ${theme.font}`;
  surface.textBaseline = "middle";
  for (const tick of linearTicks(0, top)) {
    surface.strokeStyle = theme.line;
    surface.beginPath();
    surface.moveTo(margin.left, y(tick));
    surface.lineTo(right, y(tick));
    surface.stroke();
    surface.fillStyle = theme.ink2;
    surface.textAlign = "right";
    surface.fillText(formatNumber(tick), margin.left - 6, y(tick));
  }
  surface.textAlign = "left";
  surface.fillStyle = theme.ink;
  surface.fillText("Hypervolume ↑ better", 8, 12);
  if (hovered !== null || selected.size > 0) {
    for (const number of hovered === null ? selected : [...selected, hovered]) {
      surface.strokeStyle = selected.has(number) ? theme.accent : theme.ink3;
      surface.beginPath();
      surface.moveTo(xOf(size, course, number), margin.top);
      surface.lineTo(xOf(size, course, number), size.height - margin.bottom);
      surface.stroke();
    }
  }
  surface.strokeStyle = theme.front;
  surface.lineWidth = 2;
  surface.beginPath();
  course.volumes.forEach(({ number, value }, index) => {
    const x = xOf(size, course, number);
    if (index === 0) surface.moveTo(x, y(value));
    else {
      surface.lineTo(x, y(course.volumes[index - 1]?.value ?? 0));
      surface.lineTo(x, y(value));
    }
  });
  if (course.volumes.length > 0) surface.lineTo(right, y(course.volumes.at(-1)?.value ?? 0));
  surface.stroke();
  objectives.forEach(({ key, label, direction }, row) => {
    const middle = foot + rowHeight * (row + 0.75);
    surface.lineWidth = 1;
    surface.strokeStyle = theme.line;
    surface.beginPath();
    surface.moveTo(margin.left, middle);
    surface.lineTo(right, middle);
    surface.stroke();
    surface.fillStyle = theme.ink2;
    surface.textAlign = "right";
    surface.fillText(`${label} ${direction === "max" ? "↑" : "↓"}`, margin.left - 6, middle);
    for (const { number, certain } of course.improvements.filter((each) => each.key === key)) {
      surface.beginPath();
      surface.arc(xOf(size, course, number), middle, 4.5, 0, 2 * Math.PI);
      surface.fillStyle = certain ? theme.front : theme.ground;
      surface.strokeStyle = theme.front;
      surface.lineWidth = 1.5;
      surface.fill();
      surface.stroke();
    }
  });
  surface.textBaseline = "top";
  surface.textAlign = "center";
  surface.fillStyle = theme.ink2;
  for (const tick of linearTicks(course.first, Math.max(course.first + 1, course.last)).filter(Number.isInteger)) surface.fillText(String(tick), xOf(size, course, tick), size.height - margin.bottom + 4);
  surface.fillText("episode", (margin.left + right) / 2, size.height - 16);
  surface.fillStyle = theme.ink3;
  for (const number of course.failed.slice(0, 500)) surface.fillText("×", xOf(size, course, number), foot - 2);
}
