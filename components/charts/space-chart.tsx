"use client";

import type { Data, PlotlyHTMLElement, PlotMouseEvent } from "plotly.js";
import { useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import { prepareAxis, titleOf } from "@/components/charts/axis";
import type { LinkedProps } from "@/components/charts/linked";
import { prepareColours, type Mark } from "@/components/charts/scene";
import { useChartTheme } from "@/components/charts/use-chart-theme";
import { useHovered } from "@/components/experiments/view/hover-store";
import { Skeleton } from "@/components/ui/panel";

type Plotly = typeof import("plotly.js-strict-dist-min");

const symbols: Record<Mark, { symbol: string; size: number }> = {
  front: { symbol: "circle", size: 6 },
  dominated: { symbol: "circle-open", size: 4 },
  infeasible: { symbol: "x", size: 3 },
  baseline: { symbol: "diamond", size: 7 },
};

/** Three objectives in space. Plotly is loaded when this view is opened, and only then. */
export function SpaceChart({ scene, view, hover, selected, onSelect, picture }: LinkedProps) {
  const plot = useRef<HTMLDivElement>(null);
  const [plotly, setPlotly] = useState<Plotly | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const theme = useChartTheme();
  const hovered = useHovered(hover);
  const { x, y, z, log } = view;
  const axes = useMemo(() => [x, y, z].map((key) => prepareAxis(key, scene.points, log.includes(key))), [scene.points, x, y, z, log]);
  const colours = useMemo(() => theme && prepareColours(scene.points, view.colour, theme), [scene.points, theme, view.colour]);
  const handlers = useRef({ hover, onSelect });
  useEffect(() => {
    handlers.current = { hover, onSelect };
  });

  useEffect(() => {
    let current = true;
    import("plotly.js-strict-dist-min").then(
      (loaded) => current && setPlotly(((loaded as unknown as { default?: Plotly }).default ?? loaded) as Plotly),
      () => current && setProblem("The chart could not be loaded. Load the page again to retry; the other views show the same points."),
    );
    return () => {
      current = false;
    };
  }, []);

  const traces = useMemo((): Data[] => {
    if (!theme || !colours) return [];
    const made = (indices: number[], marker: object): Data => ({
      type: "scatter3d",
      mode: "markers",
      x: indices.map((index) => figure(index, 0)),
      y: indices.map((index) => figure(index, 1)),
      z: indices.map((index) => figure(index, 2)),
      customdata: indices.map((index) => scene.points[index]?.number ?? 0),
      hoverinfo: "text",
      text: indices.map((index) => `#${scene.points[index]?.number} ${scene.points[index]?.label.replaceAll("<", "&lt;")}`),
      marker,
    });
    const figure = (index: number, axis: number): number => {
      const { key, scale } = axes[axis] as (typeof axes)[number];
      return (scene.points[index]?.figures[key].value ?? NaN) * scale.factor;
    };
    return (Object.keys(symbols) as Mark[]).map((mark) => {
      const indices = scene.points.flatMap((_, index) => (scene.shown[index] && scene.marks[index] === mark ? [index] : []));
      return made(indices, { ...symbols[mark], color: indices.map((index) => colours[index]), line: { width: 0 } });
    });
  }, [scene, axes, colours, theme]);

  const ringed = useMemo((): Data => {
    const points = scene.points.filter(({ number }) => selected.has(number) || number === hovered);
    const values = (axis: number): number[] => points.map(({ figures }) => figures[axes[axis]?.key ?? "accuracy"].value * (axes[axis]?.scale.factor ?? 1));
    const marker = { symbol: "circle-open", size: 14, color: points.map(({ number }) => (selected.has(number) ? theme?.accent : theme?.ink)), line: { width: 2 } };
    return { type: "scatter3d", mode: "markers", x: values(0), y: values(1), z: values(2), hoverinfo: "skip", marker } as Data;
  }, [scene, axes, selected, hovered, theme]);

  useEffect(() => {
    if (!plotly || !theme || !plot.current) return;
    const axis = (place: number) => {
      const { log: isLog } = axes[place] as (typeof axes)[number];
      return {
        title: { text: titleOf(axes[place] as (typeof axes)[number]), font: { size: 12, color: theme.ink } },
        type: isLog ? ("log" as const) : ("linear" as const),
        color: theme.ink2,
        gridcolor: theme.line,
        zerolinecolor: theme.line,
        backgroundcolor: theme.ground,
      };
    };
    plotly
      .react(
        plot.current,
        [...traces, ringed],
        {
          autosize: true,
          margin: { l: 0, r: 0, t: 0, b: 0 },
          showlegend: false,
          paper_bgcolor: theme.ground,
          font: { family: theme.font, size: 12, color: theme.ink2 },
          scene: { xaxis: axis(0), yaxis: axis(1), zaxis: axis(2) },
          // The same revision keeps the reader's angle when points arrive.
          uirevision: [x, y, z].join(),
        },
        { displayModeBar: false, responsive: true },
      )
      .catch(() => setProblem("This browser has no WebGL, which three dimensions need. The other views show the same points."));
  }, [plotly, theme, traces, ringed, axes, x, y, z]);

  const ready = Boolean(plotly && theme);
  useEffect(() => {
    const element = plot.current as PlotlyHTMLElement | null;
    if (!ready || !plotly || !element?.on) return;
    const numberOf = (event: PlotMouseEvent): number | null => {
      const number = event.points[0]?.customdata;
      return number === undefined ? null : Number(number);
    };
    element.on("plotly_hover", (event) => handlers.current.hover.set(numberOf(event)));
    element.on("plotly_unhover", () => handlers.current.hover.set(null));
    element.on("plotly_click", (event) => {
      const number = numberOf(event);
      if (number !== null) handlers.current.onSelect(number, Boolean(event.event?.shiftKey));
    });
    return () => plotly.purge(element);
  }, [ready, plotly]);

  useImperativeHandle(picture, () => async (format) => {
    if (!plotly || !plot.current) throw new Error("The chart is not drawn yet.");
    const { clientWidth: width, clientHeight: height } = plot.current;
    const url = await plotly.toImage(plot.current, { format, width, height, scale: format === "png" ? 2 : 1 });
    const [head = "", body = ""] = url.split(",", 2);
    // Decoded here and not fetched: the page may connect to its own origin only.
    const bytes = head.includes("base64") ? Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0)) : decodeURIComponent(url.slice(head.length + 1));
    return new Blob([bytes], { type: format === "png" ? "image/png" : "image/svg+xml" });
  });

  return (
    <div className="chart-area chart-area-tall" data-testid="space">
      {problem ? <p className="p-3 text-bad">{problem}</p> : null}
      {!ready && !problem ? <Skeleton className="absolute inset-3" /> : null}
      <div
        ref={plot}
        className="absolute inset-0"
        role="img"
        aria-details="solutions-table"
        aria-label={`${scene.shownCount} of ${scene.points.length} solutions by ${axes.map(({ label }) => label).join(", ")}. The same figures stand in the table of solutions.`}
      />
    </div>
  );
}
