import type { Data, Layout, LayoutAxis } from "plotly.js";
import { methodColour } from "@/components/charts/palette";
import type { Axis, Mark, ScatterModel, ScatterPoint } from "@/components/charts/prepare-scatter";

export interface ChartTheme {
  ground: string;
  ink: string;
  ink2: string;
  line: string;
  front: string;
  dominated: string;
  baseline: string;
  accent: string;
  font: string;
}

export interface ScatterLook {
  theme: ChartTheme;
  intervals: boolean;
  byMethod: boolean;
  selected: ReadonlySet<number>;
  hovered: number | null;
}

/** Names of the traces that hold points, so that a click on one finds its solution. */
const order: Mark[] = ["dominated", "front", "baseline"];

/** A marker is a shape before it is a colour: filled circle, small hollow circle, diamond. */
const shapes = {
  dominated: { symbol: "circle-open", size: 8 },
  front: { symbol: "circle", size: 10 },
  baseline: { symbol: "diamond", size: 12 },
} as const;

export function scatterTraces(model: ScatterModel, look: ScatterLook): Data[] {
  const { theme } = look;
  const traces: Data[] = [
    {
      type: "scatter",
      mode: "lines",
      x: model.line.x,
      y: model.line.y,
      line: { shape: model.line.shape, color: theme.front, width: 1, dash: "dot" },
      hoverinfo: "skip",
    },
  ];
  const ringed = model.points.filter((point) => look.selected.has(point.number) || point.number === look.hovered);
  traces.push({
    type: "scatter",
    mode: "markers",
    x: ringed.map((point) => point.x),
    y: ringed.map((point) => point.y),
    marker: {
      symbol: "circle-open",
      size: 20,
      color: ringed.map((point) => (look.selected.has(point.number) ? theme.accent : theme.ink2)),
      line: { width: 2 },
    },
    hoverinfo: "skip",
  });
  for (const mark of order) traces.push(pointTrace(mark, model.points.filter((point) => point.mark === mark), look));
  return traces;
}

function pointTrace(mark: Mark, points: ScatterPoint[], { theme, intervals, byMethod }: ScatterLook): Data {
  const colour = theme[mark];
  const colours = points.map((point) => (byMethod && mark !== "baseline" ? methodColour(point.method) : colour));
  return {
    type: "scatter",
    mode: "markers",
    x: points.map((point) => point.x),
    y: points.map((point) => point.y),
    customdata: points.map((point) => point.number),
    marker: { ...shapes[mark], color: colours, line: { width: mark === "dominated" ? 1.5 : 1, color: mark === "dominated" ? colours : theme.ground } },
    // "none" still reports the hover, which the page answers with a table of its own.
    hoverinfo: "none",
    ...(intervals ? { error_x: bars(points.map((point) => point.xError), colour), error_y: bars(points.map((point) => point.yError), colour) } : {}),
  };
}

function bars(errors: [number, number][], color: string) {
  return {
    type: "data" as const,
    symmetric: false,
    array: errors.map((error) => error[1]),
    arrayminus: errors.map((error) => error[0]),
    thickness: 1,
    width: 0,
    color,
    opacity: 0.6,
  };
}

export function scatterLayout(model: ScatterModel, theme: ChartTheme, canDrag: boolean): Partial<Layout> {
  return {
    autosize: true,
    margin: { l: 64, r: 16, t: 12, b: 48 },
    showlegend: false,
    hovermode: "closest",
    hoverdistance: 16,
    dragmode: canDrag ? "zoom" : false,
    paper_bgcolor: theme.ground,
    plot_bgcolor: theme.ground,
    font: { family: theme.font, size: 12, color: theme.ink2 },
    xaxis: axisLayout(model.xAxis, theme),
    yaxis: axisLayout(model.yAxis, theme),
  };
}

function axisLayout(axis: Axis, theme: ChartTheme): Partial<LayoutAxis> {
  return {
    title: { text: axis.title, standoff: 8, font: { size: 12, color: theme.ink } },
    type: axis.log ? "log" : "linear",
    range: axis.range,
    autorange: false,
    gridcolor: theme.line,
    linecolor: theme.line,
    zeroline: false,
    showline: true,
    ticks: "outside",
    tickcolor: theme.line,
    ticklen: 4,
    nticks: 8,
    fixedrange: false,
    ...(axis.log ? { dtick: "D2" as const } : {}),
  };
}
