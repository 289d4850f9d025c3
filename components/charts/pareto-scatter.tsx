"use client";

import type { PlotlyHTMLElement, PlotMouseEvent } from "plotly.js";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { ChartTooltip } from "@/components/charts/chart-tooltip";
import { prepareScatter, type ScatterView } from "@/components/charts/prepare-scatter";
import { scatterLayout, scatterTraces } from "@/components/charts/scatter-traces";
import { useArrivals } from "@/components/charts/use-arrivals";
import { useAxes, zoomOf } from "@/components/charts/use-axes";
import { useChartTheme } from "@/components/charts/use-chart-theme";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/panel";
import type { SolutionView } from "@/lib/experiments/schema";

type Plotly = typeof import("plotly.js-basic-dist-min");

interface Props {
  solutions: SolutionView[];
  failedEpisodes: number;
  view: ScatterView;
  intervals: boolean;
  byMethod: boolean;
  selected: ReadonlySet<number>;
  hovered: number | null;
  onHover: (number: number | null) => void;
  onSelect: (number: number, add: boolean) => void;
}

export function ParetoScatter({ solutions, failedEpisodes, view, intervals, byMethod, selected, hovered, onHover, onSelect }: Props) {
  const plot = useRef<HTMLDivElement>(null);
  const [plotly, setPlotly] = useState<Plotly | null>(null);
  const [loadError, setLoadError] = useState(false);
  const [tooltip, setTooltip] = useState<{ number: number; left: number; top: number; width: number } | null>(null);
  const theme = useChartTheme();
  const prepared = useMemo(() => prepareScatter(solutions, view, failedEpisodes), [solutions, view, failedEpisodes]);
  // A zoom belongs to its axes: other axes start unzoomed.
  const revision = `${view.x}:${view.logX}:${view.y}:${view.logY}:${prepared.xAxis.scale.unit}:${prepared.yAxis.scale.unit}`;
  const { model, zoomed, setZoom } = useAxes(prepared, revision);
  const handlers = useRef({ onHover, onSelect, setZoom });
  useLayoutEffect(() => {
    handlers.current = { onHover, onSelect, setZoom };
  });

  useEffect(() => {
    let current = true;
    import("plotly.js-basic-dist-min").then(
      (loaded) => current && setPlotly(((loaded as unknown as { default?: Plotly }).default ?? loaded) as Plotly),
      () => current && setLoadError(true),
    );
    return () => {
      current = false;
    };
  }, []);

  const arrivals = useArrivals(model.points, plot, Boolean(plotly && theme));

  useEffect(() => {
    const element = plot.current;
    if (!plotly || !theme || !element) return;
    const canDrag = window.matchMedia("(pointer: fine)").matches;
    const traces = scatterTraces(model, { theme, intervals, byMethod, selected, hovered });
    void plotly.react(element, traces, scatterLayout(model, theme, canDrag), {
      displayModeBar: false,
      doubleClick: false,
      scrollZoom: false,
    });
  }, [plotly, theme, model, intervals, byMethod, selected, hovered]);

  const ready = Boolean(plotly && theme);
  useEffect(() => {
    const element = plot.current as PlotlyHTMLElement | null;
    if (!ready || !element?.on) return;
    const numberOf = (event: PlotMouseEvent): number => Number(event.points[0]?.customdata);
    element.on("plotly_hover", (event) => {
      const number = numberOf(event);
      const { bbox } = event.points[0] as unknown as { bbox: { x0: number; x1: number; y0: number; y1: number } };
      handlers.current.onHover(number);
      setTooltip({ number, left: (bbox.x0 + bbox.x1) / 2, top: (bbox.y0 + bbox.y1) / 2, width: element.clientWidth });
    });
    element.on("plotly_unhover", () => {
      handlers.current.onHover(null);
      setTooltip(null);
    });
    element.on("plotly_click", (event) => handlers.current.onSelect(numberOf(event), event.event.shiftKey));
    element.on("plotly_doubleclick", () => handlers.current.setZoom(null));
    element.on("plotly_relayout", (event) => {
      const zoom = zoomOf(event as Record<string, unknown>);
      if (zoom) handlers.current.setZoom(zoom);
    });
    return () => {
      for (const name of ["plotly_hover", "plotly_unhover", "plotly_click", "plotly_doubleclick", "plotly_relayout"]) element.removeAllListeners(name);
    };
  }, [ready]);

  useEffect(() => {
    const element = plot.current;
    if (!plotly || !ready || !element) return;
    const observer = new ResizeObserver(() => plotly.Plots.resize(element));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plotly.purge(element);
    };
  }, [plotly, ready]);

  const shown = tooltip && solutions.find((solution) => solution.number === tooltip.number);
  return (
    <div className="relative h-[clamp(320px,46vh,720px)] min-w-0">
      {loadError ? <p className="p-3 text-bad">The chart could not be loaded; the table below has all its figures. Load the page again to retry.</p> : null}
      {!ready && !loadError ? <Skeleton className="absolute inset-3" /> : null}
      <div ref={plot} className="absolute inset-0" role="img" aria-label={summaryOf(prepared.points.length, view)} data-testid="pareto-chart" />
      {zoomed ? (
        <Button className="absolute top-2 right-3 z-10 h-7 px-2 text-xs" onClick={() => setZoom(null)}>
          Reset zoom
        </Button>
      ) : null}
      {arrivals.map(({ key, left, top }) => (
        <span key={key} aria-hidden className="arrival" style={{ left, top }} />
      ))}
      {shown && tooltip ? (
        <ChartTooltip
          solution={shown}
          baseline={solutions.find((solution) => solution.isBaseline)}
          left={tooltip.left}
          top={tooltip.top}
          width={tooltip.width}
        />
      ) : null}
    </div>
  );
}

function summaryOf(count: number, view: ScatterView): string {
  return `Scatter of ${count} solutions, ${view.x} across and ${view.y} up. The same figures stand in the table of solutions.`;
}
