"use client";

import { useEffect, useMemo, useRef } from "react";
import { ChartTooltip } from "@/components/charts/chart-tooltip";
import { valueAt } from "@/components/charts/axis";
import { paintRing, radiusOf } from "@/components/charts/draw-marks";
import { drawScatter, pixelOf, type Box } from "@/components/charts/draw-scatter";
import { useArrivals, usePicture, type LinkedProps } from "@/components/charts/linked";
import { prepareScatter } from "@/components/charts/prepare-scatter";
import { prepareColours, prepareRadii, type Mark } from "@/components/charts/scene";
import { clearCanvas, useSize } from "@/components/charts/use-canvas";
import { useChartTheme } from "@/components/charts/use-chart-theme";
import { nearestPoint, usePlotPointer } from "@/components/charts/use-plot-pointer";
import { useHovered } from "@/components/experiments/view/hover-store";
import { withRange } from "@/components/experiments/view/view-state";
import { Button } from "@/components/ui/button";

const margin = { left: 64, right: 20, top: 32, bottom: 48 };

export function ScatterChart({ scene, view, change, hover, selected, onSelect, picture }: LinkedProps) {
  const area = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const size = useSize(area);
  const theme = useChartTheme();
  const hovered = useHovered(hover);
  const arrivals = useArrivals(scene);
  const { x, y, log, zoom } = view;
  const model = useMemo(() => prepareScatter(scene.points, { x, y, log, zoom }), [scene.points, x, y, log, zoom]);
  const look = useMemo(
    () => theme && { theme, colours: prepareColours(scene.points, view.colour, theme), radii: prepareRadii(scene.points, view.size), intervals: view.intervals },
    [scene.points, theme, view.colour, view.size, view.intervals],
  );
  const box = useMemo<Box | null>(
    () => size && { left: margin.left, top: margin.top, width: size.width - margin.left - margin.right, height: size.height - margin.top - margin.bottom },
    [size],
  );
  const places = useMemo(() => new Map(scene.points.map(({ number }, index) => [number, index])), [scene.points]);

  useEffect(() => {
    const surface = size && clearCanvas(back.current, size);
    if (surface && box && look) drawScatter(surface, scene, model, box, look);
  }, [scene, model, box, look, size]);

  useEffect(() => {
    const surface = size && clearCanvas(over.current, size);
    if (!surface || !box || !theme) return;
    const ring = (number: number, colour: string): void => {
      const index = places.get(number);
      if (index === undefined) return;
      const { x: across, y: up } = pixelOf(model, box, index);
      if (within(box, across, up)) paintRing(surface, across, up, (look?.radii?.[index] ?? radiusOf[scene.marks[index] as Mark]) + 5, colour);
    };
    for (const number of selected) ring(number, theme.accent);
    if (hovered !== null && !selected.has(hovered)) ring(hovered, theme.ink2);
  }, [scene, model, box, look, theme, size, selected, hovered, places]);

  usePicture(picture, size, theme, (surface) => box && look && drawScatter(surface, scene, model, box, look));

  const find = (left: number, top: number): number | null => {
    if (!box) return null;
    const index = nearestPoint(scene.points.length, (each) => pixelOf(model, box, each), (each) => scene.shown[each] === 1, left, top);
    return index === null ? null : (scene.points[index]?.number ?? null);
  };
  const { box: dragged, handlers } = usePlotPointer({
    find,
    plotAt: (left, top) => (box && within(box, left, top) ? box : null),
    onHover: hover.set,
    onSelect,
    onBox: (plot, { left, top, width, height }) => {
      const across = [left, left + width].map((each) => valueAt(model.xAxis, (each - plot.left) / plot.width)) as [number, number];
      const up = [top + height, top].map((each) => valueAt(model.yAxis, 1 - (each - plot.top) / plot.height)) as [number, number];
      change((state) => (state.drag === "zoom" ? { ...state, zoom: { x: across, y: up } } : withRange(withRange(state, state.x, across), state.y, up)));
    },
  });

  const hoveredIndex = hovered === null ? undefined : places.get(hovered);
  const tip = hoveredIndex === undefined || !box ? null : { index: hoveredIndex, ...pixelOf(model, box, hoveredIndex) };
  return (
    <div ref={area} className="chart-area" {...handlers} data-testid="scatter" data-domain={[...model.xAxis.domain, ...model.yAxis.domain].join(",")}>
      <canvas ref={back} className="absolute inset-0 size-full" role="img" aria-details="solutions-table" aria-label={`Scatter of ${scene.points.length} solutions, ${model.xAxis.label} across and ${model.yAxis.label} up. The same figures stand in the table of solutions.`} />
      <canvas ref={over} className="pointer-events-none absolute inset-0 size-full" aria-hidden />
      {dragged ? <div aria-hidden className="pointer-events-none absolute border border-accent bg-accent/10" style={dragged} /> : null}
      {zoom ? (
        <Button className="absolute top-1 right-5 z-10 h-7 px-2 text-xs" onClick={() => change((state) => ({ ...state, zoom: null }))}>
          Reset zoom
        </Button>
      ) : null}
      {box
        ? arrivals.map((index) => {
            const place = pixelOf(model, box, index);
            return within(box, place.x, place.y) ? <span key={scene.points[index]?.number} aria-hidden className="arrival" style={{ left: place.x, top: place.y }} /> : null;
          })
        : null}
      {tip && size && box && within(box, tip.x, tip.y) && !dragged ? <ChartTooltip scene={scene} index={tip.index} left={tip.x} top={tip.y} width={size.width} /> : null}
    </div>
  );
}

function within({ left, top, width, height }: Box, x: number, y: number): boolean {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}
