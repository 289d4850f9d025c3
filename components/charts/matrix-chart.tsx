"use client";

import { Maximize2 } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { valueAt } from "@/components/charts/axis";
import { ChartTooltip } from "@/components/charts/chart-tooltip";
import { paintRing } from "@/components/charts/draw-marks";
import { drawScatter, pixelOf, type Box } from "@/components/charts/draw-scatter";
import { usePicture, type LinkedProps } from "@/components/charts/linked";
import { prepareScatter, type ScatterModel } from "@/components/charts/prepare-scatter";
import { prepareColours } from "@/components/charts/scene";
import type { Surface } from "@/components/charts/surface";
import { clearCanvas, drawInFrames, useSize } from "@/components/charts/use-canvas";
import { useChartTheme } from "@/components/charts/use-chart-theme";
import { nearestPoint, usePlotPointer } from "@/components/charts/use-plot-pointer";
import { useHovered } from "@/components/experiments/view/hover-store";
import { withRange } from "@/components/experiments/view/view-state";
import { objectiveKeys, type ObjectiveKey } from "@/lib/domain/objectives";

interface Cell {
  model: ScatterModel;
  box: Box;
}

const margin = { left: 56, bottom: 28, gap: 10, top: 8, right: 8 };
const steps = objectiveKeys.length - 1;

/** All pairs of two objectives: each pair once, below the diagonal. */
export function MatrixChart({ scene, view, change, hover, selected, onSelect, picture }: LinkedProps) {
  const area = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const size = useSize(area);
  const theme = useChartTheme();
  const hovered = useHovered(hover);
  const { log } = view;
  const models = useMemo(() => pairs().map(({ x, y }) => prepareScatter(scene.points, { x, y, log, zoom: null })), [scene.points, log]);
  const cells = useMemo<Cell[]>(() => {
    if (!size) return [];
    const width = (size.width - margin.left - margin.right) / steps;
    const height = (size.height - margin.top - margin.bottom) / steps;
    return pairs().map(({ row, column }, index) => ({
      model: models[index] as ScatterModel,
      box: { left: margin.left + column * width, top: margin.top + row * height, width: width - margin.gap, height: height - margin.gap },
    }));
  }, [models, size]);
  const look = useMemo(() => theme && { theme, colours: prepareColours(scene.points, view.colour, theme), radii: null, intervals: false, small: true }, [scene.points, theme, view.colour]);
  const places = useMemo(() => new Map(scene.points.map(({ number }, index) => [number, index])), [scene.points]);

  const drawCell = (surface: Surface, { model, box }: Cell): void => {
    if (!look) return;
    drawScatter(surface, scene, model, box, look);
    surface.font = `12px ${look.theme.font}`;
    surface.fillStyle = look.theme.ink2;
    if (box.top + box.height * 1.5 > (size?.height ?? 0) - margin.bottom) {
      surface.textAlign = "center";
      surface.textBaseline = "top";
      surface.fillText(`${model.xAxis.label} ${model.xAxis.better}`, box.left + box.width / 2, box.top + box.height + 6);
    }
    if (box.left === margin.left) {
      surface.textAlign = "right";
      surface.textBaseline = "middle";
      surface.fillText(model.yAxis.label.slice(0, 8), margin.left - 6, box.top + box.height / 2 - 8);
      surface.fillText(model.yAxis.better, margin.left - 6, box.top + box.height / 2 + 8);
    }
  };
  const latest = useRef(drawCell);
  useEffect(() => {
    latest.current = drawCell;
  });

  useEffect(() => {
    const surface = size && clearCanvas(back.current, size);
    if (!surface || !look) return;
    return drawInFrames(cells.length, 1, (from) => latest.current(surface, cells[from] as Cell));
  }, [scene, cells, look, size]);

  useEffect(() => {
    const surface = size && clearCanvas(over.current, size);
    if (!surface || !theme) return;
    for (const { model, box } of cells) {
      for (const number of hovered === null ? selected : [...selected, hovered]) {
        const index = places.get(number);
        if (index === undefined) continue;
        const { x, y } = pixelOf(model, box, index);
        if (Number.isFinite(x + y)) paintRing(surface, x, y, 6, selected.has(number) ? theme.accent : theme.ink);
      }
    }
  }, [cells, theme, size, selected, hovered, places]);

  usePicture(picture, size, theme, (surface) => cells.forEach((cell) => drawCell(surface, cell)));

  const cellAt = (x: number, y: number): Cell | null => cells.find(({ box }) => x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height) ?? null;
  const { box: dragged, handlers } = usePlotPointer({
    find: (x, y) => {
      const cell = cellAt(x, y);
      if (!cell) return null;
      const index = nearestPoint(scene.points.length, (each) => pixelOf(cell.model, cell.box, each), (each) => scene.shown[each] === 1, x, y, 12);
      return index === null ? null : (scene.points[index]?.number ?? null);
    },
    plotAt: (x, y) => cellAt(x, y)?.box ?? null,
    onHover: hover.set,
    onSelect,
    onBox: (plot, { left, top, width, height }) => {
      const cell = cells.find(({ box }) => box === plot);
      if (!cell) return;
      const { xAxis, yAxis } = cell.model;
      const across = [left, left + width].map((each) => valueAt(xAxis, (each - plot.left) / plot.width)) as [number, number];
      const up = [top + height, top].map((each) => valueAt(yAxis, 1 - (each - plot.top) / plot.height)) as [number, number];
      change((state) => withRange(withRange(state, xAxis.key, across), yAxis.key, up));
    },
  });

  const index = hovered === null ? undefined : places.get(hovered);
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Scatter matrix">
      <div ref={area} className="chart-area chart-area-tall min-w-[560px]" {...handlers} data-testid="matrix">
        <canvas ref={back} className="absolute inset-0 size-full" role="img" aria-details="solutions-table" aria-label={`Scatters of ${scene.points.length} solutions for all ten pairs of objectives. The same figures stand in the table of solutions.`} />
        <canvas ref={over} className="pointer-events-none absolute inset-0 size-full" aria-hidden />
        {dragged ? <div aria-hidden className="pointer-events-none absolute border border-accent bg-accent/10" style={dragged} /> : null}
        {cells.map(({ model, box }) => (
          <button
            key={model.xAxis.key + model.yAxis.key}
            type="button"
            className="absolute flex size-6 items-center justify-center rounded-sm bg-ground/80 text-ink-2 hover:bg-hover hover:text-ink"
            style={{ left: box.left + box.width - 25, top: box.top + 1 }}
            aria-label={`Open ${model.yAxis.label} by ${model.xAxis.label} as a scatter`}
            title={`Open ${model.yAxis.label} by ${model.xAxis.label} as a scatter`}
            onPointerDown={(event) => event.stopPropagation()}
            onPointerUp={(event) => event.stopPropagation()}
            onClick={() => change((state) => ({ ...state, tab: "scatter", x: model.xAxis.key, y: model.yAxis.key, zoom: null }))}
          >
            <Maximize2 size={12} aria-hidden />
          </button>
        ))}
        {index !== undefined && size && !dragged ? <ChartTooltip scene={scene} index={index} left={size.width} top={104} width={size.width} /> : null}
      </div>
    </div>
  );
}

function pairs(): { x: ObjectiveKey; y: ObjectiveKey; row: number; column: number }[] {
  return objectiveKeys.flatMap((y, j) => objectiveKeys.slice(0, j).map((x, column) => ({ x, y, row: j - 1, column })));
}
