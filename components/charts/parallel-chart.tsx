"use client";

import { useEffect, useMemo, useRef, useState, type MouseEvent } from "react";
import { ChartTooltip } from "@/components/charts/chart-tooltip";
import { CrowdedLines } from "@/components/charts/crowded-lines";
import { crowd } from "@/components/charts/draw-marks";
import { axisX, drawAxes, drawAxisTitles, drawHidden, drawingOrder, drawOutstanding, drawShown } from "@/components/charts/draw-parallel";
import type { Box } from "@/components/charts/draw-scatter";
import { usePicture, type LinkedProps } from "@/components/charts/linked";
import { ParallelAxisControls } from "@/components/charts/parallel-axis";
import { nearestLine, prepareParallel } from "@/components/charts/prepare-parallel";
import { prepareColours, type Mark } from "@/components/charts/scene";
import { clearCanvas, drawInFrames, pixelRatio, useSize } from "@/components/charts/use-canvas";
import { useChartTheme } from "@/components/charts/use-chart-theme";
import { useHovered } from "@/components/experiments/view/hover-store";
import { withMoved, withRange, withToggled } from "@/components/experiments/view/view-state";

const margin = { left: 64, right: 48, top: 60, bottom: 20 };
const batch = 60;
const reachPixels = 10;

/** Parallel coordinates on three canvases: filtered-out lines, shown lines (a crowd of both kinds in one picture), and what stands out. */
export function ParallelChart({ scene, view, change, hover, selected, onSelect, picture }: LinkedProps) {
  const area = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLCanvasElement>(null);
  const fore = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<{ look: string; marks: readonly Mark[] } | null>(null);
  const crowded = useRef<CrowdedLines | null>(null);
  const size = useSize(area);
  const theme = useChartTheme();
  const hovered = useHovered(hover);
  const [pointer, setPointer] = useState<{ left: number; top: number } | null>(null);
  const { order, flipped, log } = view;
  const model = useMemo(() => prepareParallel(scene.points, { order, flipped, log }), [scene.points, order, flipped, log]);
  const lines = useMemo(() => drawingOrder(scene), [scene]);
  const colours = useMemo(() => theme && prepareColours(scene.points, view.colour, theme), [scene.points, theme, view.colour]);
  const box = useMemo<Box | null>(
    () => size && { left: margin.left, top: margin.top, width: size.width - margin.left - margin.right, height: size.height - margin.top - margin.bottom },
    [size],
  );
  const places = useMemo(() => new Map(scene.points.map(({ number }, index) => [number, index])), [scene.points]);
  // Axes of the same ends draw the same line at the same place, whichever points there are.
  const axesPlace = JSON.stringify([model.axes.map(({ key, domain, log: isLog, highOnTop }) => [key, domain, isLog, highOnTop]), size, theme]);
  const axesLook = JSON.stringify([axesPlace, view.colour, view.ranges, view.frontOnly]);

  useEffect(() => {
    if (!size || !box || !theme || !colours || scene.points.length <= crowd) return;
    if (crowded.current?.look !== axesPlace) crowded.current = new CrowdedLines(axesPlace, box, pixelRatio(), theme);
    const crowds = crowded.current;
    const misplaced = crowds.misplaced(scene, colours);
    if (crowds.painted && misplaced.length === 0) return;
    const paint = (): void => {
      clearCanvas(back.current, size);
      const surface = clearCanvas(fore.current, size);
      if (!surface) return;
      crowds.paint(surface, lines.counts);
      drawShown(surface, scene, model, box, lines.shown.slice(lines.shown.length - lines.counts.baseline), colours, lines.counts);
    };
    return drawInFrames(misplaced.length, batch, (from, to) => crowds.move(scene, model, colours, misplaced.slice(from, to)), paint);
  }, [scene, model, lines, colours, box, theme, size, axesPlace]);

  useEffect(() => {
    if (!size || !box || !theme || !colours || scene.points.length > crowd) return;
    const before = drawn.current;
    const grown = before?.look === axesLook && before.marks.every((mark, index) => mark === scene.marks[index]);
    const total = lines.shown.length;
    const done = { look: axesLook, marks: scene.marks };
    if (grown) {
      // Only newcomers: they are drawn over the rest, and nothing else is touched.
      const surface = fore.current?.getContext("2d");
      if (surface) drawShown(surface, scene, model, box, lines.shown.filter((index) => index >= before.marks.length), colours, lines.counts);
      drawn.current = done;
      return;
    }
    drawn.current = null;
    const behind = clearCanvas(back.current, size);
    const surface = clearCanvas(fore.current, size);
    if (!behind || !surface) return;
    let stopHidden = (): void => undefined;
    const hide = (from: number, to: number): void => drawHidden(behind, model, box, lines.hidden.slice(from, to), theme, lines.hidden.length);
    const show = (from: number, to: number): void => drawShown(surface, scene, model, box, lines.shown.slice(from, to), colours, lines.counts);
    const stopShown = drawInFrames(total, batch, show, () => {
      stopHidden = drawInFrames(lines.hidden.length, batch, hide, () => {
        drawn.current = done;
      });
    });
    return () => {
      stopShown();
      stopHidden();
    };
    // `axesLook` stands for the model's axes and the filters.
  }, [scene, model, lines, colours, box, theme, size, axesLook]);

  useEffect(() => {
    const surface = size && clearCanvas(over.current, size);
    if (!surface || !box || !theme) return;
    drawAxes(surface, model, box, theme);
    const outstand = (number: number, colour: string): void => {
      const index = places.get(number);
      if (index !== undefined) drawOutstanding(surface, scene, model, box, index, colour, theme);
    };
    for (const number of selected) if (number !== hovered) outstand(number, theme.accent);
    if (hovered !== null) outstand(hovered, selected.has(hovered) ? theme.accent : theme.ink);
  }, [scene, model, box, theme, size, selected, hovered, places]);

  usePicture(picture, size, theme, (surface) => {
    if (!box || !theme || !colours) return;
    drawHidden(surface, model, box, lines.hidden, theme, lines.hidden.length);
    drawShown(surface, scene, model, box, lines.shown, colours, lines.counts);
    drawAxes(surface, model, box, theme);
    drawAxisTitles(surface, model, box, theme);
    for (const number of selected) drawOutstanding(surface, scene, model, box, places.get(number) ?? 0, theme.accent, theme);
  });

  const find = (event: MouseEvent<HTMLElement>): number | null => {
    if (!box) return null;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const across = ((event.clientX - left - box.left) / box.width) * (order.length - 1);
    const height = 1 - (event.clientY - top - box.top) / box.height;
    if (across < -0.2 || across > order.length - 0.8 || height < -0.05 || height > 1.05) return null;
    const index = nearestLine(model, scene.shown, across, height, reachPixels / box.height);
    return index === null ? null : (scene.points[index]?.number ?? null);
  };

  const spacing = box ? box.width / (order.length - 1) : 1;
  const hoveredIndex = hovered === null ? undefined : places.get(hovered);
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Parallel coordinates">
      <div ref={area} className="chart-area min-w-[640px]" data-testid="parallel" 
        onPointerMove={(event) => {
          const { left, top } = event.currentTarget.getBoundingClientRect();
          setPointer({ left: event.clientX - left, top: event.clientY - top });
          hover.set(find(event));
        }}
        onPointerLeave={() => {
          setPointer(null);
          hover.set(null);
        }}
      >
        <canvas ref={back} className="absolute inset-0 size-full" aria-hidden />
        <canvas
          ref={fore}
          className="absolute inset-0 size-full"
          role="img"
          aria-details="solutions-table"
          aria-label={`Parallel coordinates of ${scene.shownCount} of ${scene.points.length} solutions over the five objectives. The same figures stand in the table of solutions.`}
        />
        <canvas ref={over} className="pointer-events-none absolute inset-0 size-full" aria-hidden />
        <div
          className="absolute inset-0"
          data-testid="parallel-lines"
          onClick={(event) => {
            const number = find(event);
            if (number !== null) onSelect(number, event.shiftKey);
          }}
        />
        {box
          ? model.axes.map((axis, place) => (
              <ParallelAxisControls
                key={axis.key}
                axis={axis}
                x={axisX(box, place, model.axes.length)}
                box={box}
                width={Math.min(spacing, 200)}
                spacing={spacing}
                range={view.ranges[axis.key] ?? null}
                onRange={(range) => change((state) => withRange(state, axis.key, range))}
                onFlip={() => change((state) => withToggled(state, "flipped", axis.key))}
                onLog={() => change((state) => withToggled(state, "log", axis.key))}
                onMove={(moved) => change((state) => withMoved(state, axis.key, place + moved))}
              />
            ))
          : null}
        {hoveredIndex !== undefined && size && pointer ? <ChartTooltip scene={scene} index={hoveredIndex} {...pointer} width={size.width} /> : null}
      </div>
    </div>
  );
}
